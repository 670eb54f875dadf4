import { type DocumentVerdict, judgeDocuments } from '@tooling/servers';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { anyOpenMetricsDocument } from '../test/any-document.ts';
import { samplesOf, seriesOf } from '../test/text-samples.ts';
import { parseOpenMetrics } from './openmetrics/parse-open-metrics.ts';
import { ParseError } from './parse-error.ts';

// The same documents in every run, unless the environment sets other values.
const SEED = Number(process.env.PROPERTY_SEED ?? 1);
const RUNS = Number(process.env.JUDGED_RUNS ?? 700);

let judged: readonly { readonly text: string; readonly verdict: DocumentVerdict; readonly refusal: string }[];

beforeAll(
  async () => {
    const texts = [...new Set(fc.sample(anyOpenMetricsDocument(), { numRuns: RUNS, seed: SEED }))];
    const verdicts = await judgeDocuments(
      texts.map((body) => ({ body, contentType: 'application/openmetrics-text; version=1.0.0' })),
      { clientPython: () => true },
    );
    judged = texts.map((text, index) => ({ text, verdict: verdicts[index]!, refusal: refusalOf(text) }));
  },
  60_000 + 100 * RUNS,
);

describe('generated documents in OpenMetrics 1.0', () => {
  test('that are accepted are accepted by Prometheus’ server and by its Python library', () => {
    const different = judged
      .filter(({ refusal }) => refusal === '')
      .flatMap(({ text, verdict: { prometheus, clientPython } }) => {
        // The version of the library is older than quoted names.
        const isPythonRight = clientPython!.ok || text.includes('{"');
        return prometheus.accepted && isPythonRight ? [] : [{ text, server: prometheus.error, clientPython }];
      });

    expect(different).toEqual([]);
    expect(judged.filter(({ refusal }) => refusal === '').length).toBeGreaterThan(judged.length / 8);
  });

  test('that are refused are refused by the server or the library', () => {
    const different = judged.filter(
      ({ refusal, verdict: { prometheus, clientPython } }) => refusal !== '' && prometheus.accepted && clientPython!.ok,
    );

    expect(different).toEqual([]);
    expect(judged.filter(({ refusal }) => refusal !== '').length).toBeGreaterThan(judged.length / 8);
  });

  test('have the samples that the server stores', () => {
    const different = judged
      .filter(({ refusal }) => refusal === '')
      .flatMap(({ text, verdict: { prometheus } }) => {
        const ours = new Set(
          samplesOf(parseOpenMetrics(text)).map(({ series, value }) => `${sampleName(series)} ${value}`),
        );
        const missing = prometheus.samples
          .map(({ labels: { __name__, ...labels }, value }) => `${sampleName(seriesOf(__name__!, labels))} ${value}`)
          .filter((sample) => !ours.has(sample));
        return missing.length === 0 ? [] : [{ text, missing, ours: [...ours] }];
      });

    expect(different).toEqual([]);
  });
});

function refusalOf(text: string): string {
  try {
    parseOpenMetrics(text);
    return '';
  } catch (error) {
    if (error instanceof ParseError) return error.message;
    throw error;
  }
}

/** Sums and counts of a gauge histogram have other names in the text format. */
function sampleName(series: string): string {
  return series.replace('_gsum"', '_sum"').replace('_gcount"', '_count"');
}
