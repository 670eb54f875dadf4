import { afterAll, expect, test } from 'vitest';
import { WorkCounter } from '../test/count-work.ts';
import { HOSTILE_OPENMETRICS, HOSTILE_OPENMETRICS_2, HOSTILE_PROTOBUF, HOSTILE_TEXTS } from '../test/hostile.ts';
import { parseOpenMetrics } from './openmetrics/parse-open-metrics.ts';
import { ParseError } from './parse-error.ts';
import { parseProtobuf } from './protobuf/parse-protobuf.ts';
import { parseText } from './text/parse-text.ts';

const N = 1500;
/** Four times, and some room for tables that double their size; what grows with the square would be near sixteen. */
const LINEAR = 5;

const counter = new WorkCounter();
afterAll(() => counter.stop());

function attempt(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
}

/** How many times as much work four times the input is. */
function growth<T>(documentOf: (n: number) => T, parse: (document: T) => unknown): number {
  const [small, large] = [documentOf(N), documentOf(4 * N)];
  // Code that never ran is not counted in the same way when it does for the first time.
  attempt(() => parse(small));
  const work = counter.count(() => attempt(() => parse(small)));
  return counter.count(() => attempt(() => parse(large))) / work;
}

test.each(Object.entries(HOSTILE_TEXTS))('text: work grows no faster than the document: %s', (_name, documentOf) => {
  expect(growth(documentOf, parseText)).toBeLessThan(LINEAR);
});

test.each(Object.entries(HOSTILE_OPENMETRICS))(
  'OpenMetrics 1.0: work grows no faster than the document: %s',
  (_name, documentOf) => {
    expect(growth(documentOf, parseOpenMetrics)).toBeLessThan(LINEAR);
  },
);

test.each(Object.entries(HOSTILE_OPENMETRICS_2))(
  'OpenMetrics 2.0: work grows no faster than the document: %s',
  (_name, documentOf) => {
    expect(growth(documentOf, (text) => parseOpenMetrics(text, { version: '2.0.0' }))).toBeLessThan(LINEAR);
  },
);

test.each(Object.entries(HOSTILE_PROTOBUF))(
  'protobuf: work grows no faster than the document: %s',
  (_name, documentOf) => {
    expect(growth(documentOf, parseProtobuf)).toBeLessThan(LINEAR);
  },
);
