import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeUtf8 } from './decode-utf8.ts';
import { parseOpenMetrics } from './openmetrics/parse-open-metrics.ts';
import { ParseError } from './parse-error.ts';
import { parseText } from './text/parse-text.ts';

const folder = process.env.PROMWRIGHT_CONFORMANCE ?? '';

/** A case of a file of vectors; some inputs are in base64 because no text can hold them. */
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

/** Reads a vector's input as it would be read from the wire; "accepted", or the message that refuses it. */
function outcome(vector: Vector, read: (text: string) => unknown): string {
  const bytes = Uint8Array.from(Buffer.from(vector.input_b64 ?? '', 'base64'));
  try {
    read(vector.input ?? vector.output ?? decodeUtf8(bytes));
    return 'accepted';
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return error.message;
  }
}

/** The vectors that are not judged as they say. */
function misjudged(all: readonly Vector[], isGood: (vector: Vector) => boolean, read: (text: string) => unknown) {
  expect(all.length).toBeGreaterThan(0);
  return all
    .map((vector) => ({ vector, outcome: outcome(vector, read) }))
    .filter(({ vector, outcome }) => (outcome === 'accepted') !== isGood(vector));
}

const openMetrics2 = (text: string) => parseOpenMetrics(text, { version: '2.0.0' });

describe('OpenMetrics 1.0', () => {
  test('is judged as by the project’s own tests of parsers', () => {
    expect(
      misjudged(vectors('openmetrics1-parsers'), ({ shouldParse }) => shouldParse === true, parseOpenMetrics),
    ).toEqual([]);
  });

  test('is refused where the reference parser refuses it', () => {
    expect(misjudged(vectors('client_python-om-bad'), () => false, parseOpenMetrics)).toEqual([]);
  });

  test('is accepted where the reference parser accepts it', () => {
    // Native histograms were once drafted for 1.0, with differences between buckets; no version of the standard has them.
    const good = vectors('client_python-om-good').filter(({ input }) => !input?.includes('positive_deltas'));

    expect(misjudged(good, () => true, parseOpenMetrics)).toEqual([]);
  });

  test('is judged as by the server', () => {
    const isGood = ({ err }: Vector) => err === '' || err === 'EOF';

    expect(misjudged(vectors('prometheus-textparse-om-errors'), isGood, parseOpenMetrics)).toEqual([]);
  });
});

describe('OpenMetrics 2.0', () => {
  test('is judged as the specification says of its examples', () => {
    // Called interleaved there, although each group (all labels but the state, by the definition above it) is in one piece.
    const examples = vectors('om2-spec-examples').filter(
      ({ intro }) => !intro?.includes('MetricGroups are interleaved'),
    );

    expect(misjudged(examples, ({ valid }) => valid === true, openMetrics2)).toEqual([]);
  });
});

describe('text 0.0.4', () => {
  test('is accepted where another client accepts it', () => {
    expect(misjudged(vectors('client_python-text-good'), () => true, parseText)).toEqual([]);
  });

  test('is refused where the library in Go refuses it', () => {
    const all = vectors('expfmt-text-parse-errors');

    expect(misjudged(all, ({ errUTF8 }) => errUTF8 === '', parseText)).toEqual([]);
    expect(
      misjudged(
        all,
        () => false,
        (text) => parseText(text, { utf8: false }),
      ),
    ).toEqual([]);
  });

  test('is accepted where the library in Go accepts it', () => {
    expect(misjudged(vectors('expfmt-text-parse-ok-inputs'), () => true, parseText)).toEqual([]);
  });

  test('is judged as by the server', () => {
    expect(misjudged(vectors('prometheus-textparse-prom-errors'), ({ err }) => err === '', parseText)).toEqual([]);
  });
});

describe('what writers put out', () => {
  test('in text 0.0.4 is accepted', () => {
    expect(misjudged(vectors('expfmt-text-create-expected'), () => true, parseText)).toEqual([]);
  });

  test('in OpenMetrics is accepted, or refused for what is known to be wrong in it', () => {
    const outputs = ['expfmt-om1-create-expected', 'expfmt-om2-create-expected'].map((file) =>
      // They are pieces of documents.
      vectors(file).map(({ output }) => ({ output: `${output}# EOF\n` })),
    );

    const refused = [
      ...misjudged(outputs[0]!, () => true, parseOpenMetrics),
      ...misjudged(outputs[1]!, () => true, openMetrics2),
    ];

    // That writer does not check what it is given; the specification forbids both.
    expect(refused.map(({ outcome }) => outcome)).toEqual([
      'Line 4, column 1: expected a timestamp on all samples of a series or on none; got a timestamp on only some',
      'Line 3, column 1: expected a non-negative value of a quantile; got -1.23',
    ]);
  });
});
