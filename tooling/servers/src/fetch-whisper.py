"""Prints the points of a Whisper file like whisper-fetch, but with all digits: JSON of [seconds, value]."""
import json
import sys

import whisper

path, start = sys.argv[1], int(sys.argv[2])
fetched = whisper.fetch(path, start)
(begin, _, step), values = fetched if fetched else ((0, 0, 1), [])
# JSON has no infinities.
points = [[begin + i * step, repr(value)] for i, value in enumerate(values) if value is not None]
json.dump(points, sys.stdout)
