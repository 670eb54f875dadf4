import { describe, expect, test } from 'vitest';
import { FUZZ_TARGETS, fuzz } from '../test/fuzz.ts';

// The same inputs in every run, unless the environment sets other values.
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const RUNS = Number(process.env.FUZZ_RUNS ?? 20_000);

describe('fuzzed documents', () => {
  test.each(FUZZ_TARGETS)(
    '$name: nearly valid documents are read or refused with a ParseError',
    { timeout: 10_000 + RUNS },
    (target) => {
      const { accepted, refused } = fuzz(target, RUNS, SEED);

      // The inputs are neither all too broken to get far nor all valid.
      expect(accepted).toBeGreaterThan(RUNS / 100);
      expect(refused).toBeGreaterThan(RUNS / 100);
      expect(Object.keys(Object.prototype)).toEqual([]);
    },
  );
});
