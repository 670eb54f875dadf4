"""Reads OpenMetrics documents with the strict parser of prometheus_client.

Standard input is a JSON array of documents in Base64. Standard output is a JSON array with an answer for each document.

JSON has no NaN and no infinity, so numbers are written as strings in the way Prometheus writes them.
"""

import base64
import json
import math
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families


def number(value):
    value = float(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return repr(value)


def optional_number(value):
    return None if value is None else number(value)


def exemplar(value):
    if value is None:
        return None
    return {
        "labels": value.labels,
        "value": number(value.value),
        "timestamp": optional_number(value.timestamp),
    }


def sample(value):
    return {
        "name": value.name,
        "labels": value.labels,
        "value": number(value.value),
        "timestamp": optional_number(value.timestamp),
        "exemplar": exemplar(value.exemplar),
    }


def family(value):
    return {
        "name": value.name,
        "type": value.type,
        "help": value.documentation,
        "unit": value.unit,
        "samples": [sample(entry) for entry in value.samples],
    }


def parse(document):
    # The parser raises ValueError for most faults, and other exceptions for some faults.
    try:
        text = base64.b64decode(document).decode("utf-8")
        return {"families": [family(entry) for entry in text_string_to_metric_families(text)]}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


json.dump([parse(document) for document in json.load(sys.stdin)], sys.stdout)
