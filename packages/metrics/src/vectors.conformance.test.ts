import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { HistogramRow, NativeRow } from '@promwright/model';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Histogram } from './histogram.ts';
import { SCHEMA_8_BOUNDS } from './native/native-bounds.ts';

/** Reads a file of vectors in the folder that the environment variable names. */
function vectors<T>(file: string): T[] {
  return JSON.parse(readFileSync(path.join(process.env.PROMWRIGHT_CONFORMANCE ?? '', file), 'utf8')) as T[];
}

interface Scenario {
  readonly name: string;
  readonly observations: readonly (number | string)[];
  readonly factor: number;
  readonly zeroThreshold: number;
  readonly maxBuckets: number;
  readonly minResetMinutes: number;
  readonly maxZeroThreshold: number;
  readonly want: {
    readonly count: number;
    readonly sum: number | string;
    readonly schema: number;
    readonly zeroThreshold: number;
    readonly zeroCount: number;
    readonly negativeSpans: readonly (readonly [number, number])[];
    readonly negativeDeltas: readonly number[];
    readonly positiveSpans: readonly (readonly [number, number])[];
    readonly positiveDeltas: readonly number[];
    readonly createdMinutes: number;
  };
}

const MINUTE = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

function numberOf(value: number | string): number {
  return typeof value === 'number' ? value : Number(value.replace('Inf', 'Infinity'));
}

/** Returns non-empty buckets from spans and differences. */
function bucketsOf(spans: readonly (readonly [number, number])[], deltas: readonly number[]): NativeRow['positive'] {
  const buckets: { index: number; count: number }[] = [];
  let index = 0;
  let count = 0;
  let next = 0;
  for (const [offset, length] of spans) {
    index += offset;
    for (let i = 0; i < length; i++, index++) {
      count += deltas[next++]!;
      if (count > 0) buckets.push({ index, count });
    }
  }
  return buckets;
}

test.each(vectors<Scenario>('native-histogram-go-scenarios.json'))('native buckets: $name', (scenario) => {
  const { factor, zeroThreshold, maxBuckets, minResetMinutes, maxZeroThreshold, want } = scenario;
  const histogram = new Histogram({
    name: 'h',
    help: 'H.',
    registry: null,
    buckets: false,
    native: {
      growthFactor: factor,
      maxBuckets: maxBuckets || Infinity,
      minResetMs: minResetMinutes * MINUTE,
      maxZeroThreshold,
      // In the vectors 0 means the default, and a negative threshold a threshold of 0.
      ...(zeroThreshold !== 0 && { zeroThreshold: Math.max(0, zeroThreshold) }),
    },
  });

  for (const value of scenario.observations) {
    vi.advanceTimersByTime(MINUTE);
    histogram.observe(numberOf(value));
  }

  const sum = numberOf(want.sum);
  expect([...histogram.collect()[0]!.rows()][0] as HistogramRow).toMatchObject({
    count: want.count,
    sum: Number.isFinite(sum) ? expect.closeTo(sum, 9) : sum,
    startMs: want.createdMinutes * MINUTE,
    native: {
      schema: want.schema,
      zeroThreshold: want.zeroThreshold,
      zeroCount: want.zeroCount,
      positive: bucketsOf(want.positiveSpans, want.positiveDeltas),
      negative: bucketsOf(want.negativeSpans, want.negativeDeltas),
    },
  });
});

test('the bounds of native buckets are equal to the bounds of other clients', () => {
  expect(SCHEMA_8_BOUNDS).toEqual(vectors<number>('native-histogram-bounds-schema8.json'));
});
