import { afterAll, expect, test } from 'vitest';
import { WorkCounter } from '../test/count-work.ts';
import { HOSTILE_OPENMETRICS, HOSTILE_OPENMETRICS_2, HOSTILE_PROTOBUF, HOSTILE_TEXTS } from '../test/hostile.ts';
import { ParseError } from './parse-error.ts';
import { parseOpenMetrics } from './parse-open-metrics.ts';
import { parseProtobuf } from './parse-protobuf.ts';
import { parseText } from './parse-text.ts';

const N = 3000;
/** Twice, and some room for tables that double their size in one of the two. */
const LINEAR = 2.2;

const counter = new WorkCounter();
afterAll(() => counter.stop());

function attempt(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
}

/** How many times as much work twice the input is. */
function growth<T>(documentOf: (n: number) => T, parse: (document: T) => unknown): number {
  const [once, twice] = [documentOf(N), documentOf(2 * N)];
  // Code that never ran is not counted in the same way when it does for the first time.
  attempt(() => parse(once));
  const work = counter.count(() => attempt(() => parse(once)));
  return counter.count(() => attempt(() => parse(twice))) / work;
}

test.each(Object.entries(HOSTILE_TEXTS))('text: twice as much is twice the work: %s', (_name, documentOf) => {
  expect(growth(documentOf, parseText)).toBeLessThan(LINEAR);
});

test.each(Object.entries(HOSTILE_OPENMETRICS))(
  'OpenMetrics 1.0: twice as much is twice the work: %s',
  (_name, documentOf) => {
    expect(growth(documentOf, parseOpenMetrics)).toBeLessThan(LINEAR);
  },
);

test.each(Object.entries(HOSTILE_OPENMETRICS_2))(
  'OpenMetrics 2.0: twice as much is twice the work: %s',
  (_name, documentOf) => {
    expect(growth(documentOf, (text) => parseOpenMetrics(text, { version: '2.0.0' }))).toBeLessThan(LINEAR);
  },
);

test.each(Object.entries(HOSTILE_PROTOBUF))('protobuf: twice as much is twice the work: %s', (_name, documentOf) => {
  expect(growth(documentOf, parseProtobuf)).toBeLessThan(LINEAR);
});
