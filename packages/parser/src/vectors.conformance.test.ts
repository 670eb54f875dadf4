import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeUtf8 } from './decode-utf8.ts';
import { parseOpenMetrics } from './openmetrics/parse-open-metrics.ts';
import { ParseError } from './parse-error.ts';
import { parseText } from './text/parse-text.ts';

const folder = process.env.PROMWRIGHT_CONFORMANCE ?? '';

/** Case of a file of vectors. Some inputs are in base64, because no JSON string can contain them. */
interface Vector {
  readonly name?: string;
  readonly input?: string;
  readonly input_b64?: string;
  readonly output?: string;
  readonly shouldParse?: boolean;
  readonly valid?: boolean;
  readonly intro?: string;
  readonly err?: string;
  readonly errUTF8?: string;
  readonly errLegacy?: string;
}

function vectors(file: string): Vector[] {
  return JSON.parse(readFileSync(path.join(folder, `${file}.json`), 'utf8')) as Vector[];
}

/** Reads a vector's input as from the wire. Returns "accepted" or the message of the error. */
function outcome(vector: Vector, read: (text: string) => unknown): string {
  try {
    read(inputOf(vector));
    return 'accepted';
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return error.message;
  }
}

function inputOf({ input, output, input_b64 }: Vector): string {
  return input ?? output ?? decodeUtf8(Uint8Array.from(Buffer.from(input_b64 ?? '', 'base64')));
}

/** Returns the vectors whose outcome is not the expected outcome. */
function misjudged(all: readonly Vector[], isGood: (vector: Vector) => boolean, read: (text: string) => unknown) {
  expect(all.length).toBeGreaterThan(0);
  return all
    .map((vector) => ({ vector, outcome: outcome(vector, read) }))
    .filter(({ vector, outcome }) => (outcome === 'accepted') !== isGood(vector));
}

const strictText = (text: string) => parseText(text, { strict: true });
const openMetrics2 = (text: string) => parseOpenMetrics(text, { version: '2.0.0' });

describe('OpenMetrics 1.0', () => {
  test('accepts and refuses the documents of the project’s parser tests as expected there', () => {
    expect(
      misjudged(vectors('openmetrics1-parsers'), ({ shouldParse }) => shouldParse === true, parseOpenMetrics),
    ).toEqual([]);
  });

  test('refuses the documents that the reference parser refuses', () => {
    expect(misjudged(vectors('client_python-om-bad'), () => false, parseOpenMetrics)).toEqual([]);
  });

  test('accepts the documents that the reference parser accepts', () => {
    // A draft of 1.0 had native histograms with differences between buckets; no version of the standard has them.
    const good = vectors('client_python-om-good').filter(({ input }) => !input?.includes('positive_deltas'));

    expect(misjudged(good, () => true, parseOpenMetrics)).toEqual([]);
  });

  test('accepts and refuses documents as Prometheus’ server does', () => {
    const isGood = ({ err }: Vector) => err === '' || err === 'EOF';

    expect(misjudged(vectors('prometheus-textparse-om-errors'), isGood, parseOpenMetrics)).toEqual([]);
  });
});

describe('OpenMetrics 2.0', () => {
  test('accepts and refuses the examples of the specification as stated there', () => {
    // Called interleaved there, although the lines of each group (all labels but the state) are consecutive.
    const examples = vectors('om2-spec-examples').filter(
      ({ intro }) => !intro?.includes('MetricGroups are interleaved'),
    );

    expect(misjudged(examples, ({ valid }) => valid === true, openMetrics2)).toEqual([]);
  });
});

describe('text 0.0.4', () => {
  test('accepts the documents that another client accepts', () => {
    // Prometheus' server takes one blank before a type.
    const good = vectors('client_python-text-good').filter(
      ({ input }) => !/^# TYPE +\S+(?: {2}|\t)/m.test(input ?? ''),
    );

    expect(misjudged(good, () => true, parseText)).toEqual([]);
  });

  test('refuses with strict the documents that Go’s library refuses', () => {
    const all = vectors('expfmt-text-parse-errors');

    expect(misjudged(all, ({ errUTF8 }) => errUTF8 === '', strictText)).toEqual([]);
    expect(
      misjudged(
        all,
        () => false,
        (text) => parseText(text, { utf8: false, strict: true }),
      ),
    ).toEqual([]);
  });

  test('accepts the documents that Go’s library accepts', () => {
    // Prometheus' server has no gauge histograms in text.
    const good = vectors('expfmt-text-parse-ok-inputs').filter(
      (vector) => !inputOf(vector).includes('gauge_histogram'),
    );

    expect(misjudged(good, () => true, strictText)).toEqual([]);
  });

  test('accepts and refuses documents as Prometheus’ server does', () => {
    expect(misjudged(vectors('prometheus-textparse-prom-errors'), ({ err }) => err === '', parseText)).toEqual([]);
  });
});

describe('output of writers', () => {
  test('in text 0.0.4 is accepted', () => {
    expect(misjudged(vectors('expfmt-text-create-expected'), () => true, parseText)).toEqual([]);
  });

  test('in OpenMetrics is accepted, except for known errors of the writer', () => {
    const outputs = ['expfmt-om1-create-expected', 'expfmt-om2-create-expected'].map((file) =>
      // The vectors are parts of documents.
      vectors(file).map(({ output }) => ({ output: `${output}# EOF\n` })),
    );

    const refused = [
      ...misjudged(outputs[0]!, () => true, parseOpenMetrics),
      ...misjudged(outputs[1]!, () => true, openMetrics2),
    ];

    // The writer does not check its input; the specification forbids both.
    expect(refused.map(({ outcome }) => outcome)).toEqual([
      'Line 4, column 1: expected a timestamp on all samples of a series or on none; got a timestamp on only some',
      'Line 3, column 1: expected a non-negative value of a quantile; got -1.23',
    ]);
  });
});
