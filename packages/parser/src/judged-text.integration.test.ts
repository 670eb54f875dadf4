import { type DocumentVerdict, judgeDocuments, type StoredSample } from '@tooling/servers';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { anyTextDocument } from '../test/any-document.ts';
import { samplesOf, seriesOf } from '../test/text-samples.ts';
import { parse } from './parse.ts';
import { ParseError } from './parse-error.ts';
import { parseText } from './text/parse-text.ts';

// The same documents in every run, unless the environment sets other values.
const SEED = Number(process.env.PROPERTY_SEED ?? 1);
const RUNS = Number(process.env.JUDGED_RUNS ?? 700);
const CONTENT_TYPE = 'text/plain; version=0.0.4';

let judged: readonly { readonly text: string; readonly verdict: DocumentVerdict }[];

beforeAll(
  async () => {
    // Prometheus stores no sample that is much older than its start.
    const nowMs = 1000 * Math.floor(Date.now() / 1000 - 2);
    const texts = [...new Set(fc.sample(anyTextDocument(nowMs), { numRuns: RUNS, seed: SEED }))];
    const verdicts = await judgeDocuments(
      texts.map((body) => ({ body, contentType: CONTENT_TYPE })),
      { promtool: () => true },
    );
    judged = texts.map((text, index) => ({ text, verdict: verdicts[index]! }));
  },
  60_000 + 100 * RUNS,
);

describe('generated documents in the text format', () => {
  test('are accepted and refused as by Prometheus’ server', () => {
    const different = judged.flatMap(({ text, verdict: { prometheus } }) => {
      const ours = refusal(() => parse(text, CONTENT_TYPE));
      return (ours === '') === prometheus.accepted ? [] : [{ text, ours, server: prometheus.error }];
    });

    expect(different).toEqual([]);
    expect(judged.length).toBeGreaterThan(0.7 * RUNS);
    expect(judged.filter(({ verdict }) => verdict.prometheus.accepted).length).toBeGreaterThan(judged.length / 4);
  });

  test('are accepted and refused with strict as by the server and promtool together', () => {
    const different = judged.flatMap(({ text, verdict: { prometheus, promtool } }) => {
      // At U+0000 in a comment the server ends the document. After it, strict still refuses lines that the server would refuse.
      if (/^[ \t]*#.*\0/m.test(text)) return [];
      // promtool refuses UTF-8 names.
      const ours = refusal(() => parseText(text, { strict: true, utf8: false }));
      const theirs = prometheus.error + (promtool!.exitCode === 1 ? promtool!.output : '');
      return (ours === '') === (theirs === '') ? [] : [{ text, ours, theirs }];
    });

    expect(different).toEqual([]);
    expect(judged.filter(({ verdict }) => verdict.promtool!.exitCode !== 1).length).toBeGreaterThan(judged.length / 8);
  });

  test('have the samples that Prometheus’ server stores', () => {
    const different = judged
      .filter(({ verdict }) => verdict.prometheus.accepted)
      .flatMap(({ text, verdict: { prometheus } }) => {
        const families = parse(text, CONTENT_TYPE);
        const ours = samplesOf(families);
        const known = new Set(ours.map((sample) => JSON.stringify(sample)));
        const missing = prometheus.samples.map(storedSample).filter((sample) => !known.has(JSON.stringify(sample)));
        const stored = new Set(prometheus.samples.map((sample) => storedSample(sample).series));
        // Old samples may not be stored.
        const added = ours.filter(({ series, timestampMs }) => timestampMs === undefined && !stored.has(series));
        return missing.length + added.length === 0 ? [] : [{ text, missing, added }];
      });

    expect(different).toEqual([]);
  });
});

function refusal(read: () => unknown): string {
  try {
    read();
    return '';
  } catch (error) {
    if (error instanceof ParseError) return error.message;
    throw error;
  }
}

/** The server takes leading blanks into the name of a metric; ours leaves them out. */
function storedSample({ labels: { __name__: name, ...labels }, value, timestamp }: StoredSample) {
  return {
    series: seriesOf(name!.replace(/^[ \t]+/, ''), labels),
    value: String(value),
    ...(timestamp !== undefined && { timestampMs: Math.round(timestamp * 1000) }),
  };
}
