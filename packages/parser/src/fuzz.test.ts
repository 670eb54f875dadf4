import { expect, test } from 'vitest';
import { FUZZ_TARGETS, fuzz } from '../test/fuzz.ts';

// The same inputs in every run, unless other ones are asked for.
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const RUNS = Number(process.env.FUZZ_RUNS ?? 20_000);

test.each(FUZZ_TARGETS)(
  '$name: documents that are nearly right are read or refused',
  { timeout: 10_000 + RUNS },
  (target) => {
    const { accepted, refused } = fuzz(target, RUNS, SEED);

    // Neither all too broken to get far, nor all still right.
    expect(accepted).toBeGreaterThan(RUNS / 100);
    expect(refused).toBeGreaterThan(RUNS / 100);
    expect(Object.keys(Object.prototype)).toEqual([]);
  },
);
