import { afterAll, describe, expect, test } from 'vitest';
import { WorkCounter } from '../test/count-work.ts';
import { HOSTILE_OPENMETRICS, HOSTILE_OPENMETRICS_2, HOSTILE_PROTOBUF, HOSTILE_TEXTS } from '../test/hostile.ts';
import { parseOpenMetrics } from './openmetrics/parse-open-metrics.ts';
import { ParseError } from './parse-error.ts';
import { parseProtobuf } from './protobuf/parse-protobuf.ts';
import { parseText } from './text/parse-text.ts';

const N = 1500;
/** Limit for four times the input: four, plus a margin for tables that double their size. Quadratic work would be near 16. */
const LINEAR = 5;

const counter = new WorkCounter();
afterAll(() => counter.stop());

function parseOrRefuse(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
}

/** Returns the work for four times the input divided by the work for the input. */
function growth<T>(documentOf: (n: number) => T, parse: (document: T) => unknown): number {
  const [small, large] = [documentOf(N), documentOf(4 * N)];
  // The profiler counts the first run of a function differently, so it runs once before.
  parseOrRefuse(() => parse(small));
  const work = counter.count(() => parseOrRefuse(() => parse(small)));
  return counter.count(() => parseOrRefuse(() => parse(large))) / work;
}

describe('work of the parser', () => {
  test.each(Object.entries(HOSTILE_TEXTS))('text: grows no faster than the document: %s', (_name, documentOf) => {
    expect(growth(documentOf, parseText)).toBeLessThan(LINEAR);
  });

  test.each(Object.entries(HOSTILE_OPENMETRICS))(
    'OpenMetrics 1.0: grows no faster than the document: %s',
    (_name, documentOf) => {
      expect(growth(documentOf, parseOpenMetrics)).toBeLessThan(LINEAR);
    },
  );

  test.each(Object.entries(HOSTILE_OPENMETRICS_2))(
    'OpenMetrics 2.0: grows no faster than the document: %s',
    (_name, documentOf) => {
      expect(growth(documentOf, (text) => parseOpenMetrics(text, { version: '2.0.0' }))).toBeLessThan(LINEAR);
    },
  );

  test.each(Object.entries(HOSTILE_PROTOBUF))(
    'protobuf: grows no faster than the document: %s',
    (_name, documentOf) => {
      expect(growth(documentOf, parseProtobuf)).toBeLessThan(LINEAR);
    },
  );
});
