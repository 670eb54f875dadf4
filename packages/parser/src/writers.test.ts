import type { MetricFamily } from '@promwright/model';
import { describe, expect, test } from 'vitest';
import { Random } from '../test/random.ts';
import { wildFamilies } from '../test/wild-families.ts';
import { checkWritten, WRITTEN_FORMATS, type WrittenFormat } from '../test/written-samples.ts';

// The same pages in every run, unless the environment sets other values. Each page is written in one format, by turns.
const SEED = Number(process.env.PROPERTY_SEED ?? 1);
const RUNS = Number(process.env.PROPERTY_RUNS ?? 24_000);

describe('writers', () => {
  test.each(WRITTEN_FORMATS.map((format, i) => ({ format, i })))(
    '$format.name: the strict reader of the format reads the same samples, or the family was reported',
    { timeout: 30_000 + RUNS },
    ({ format, i }) => {
      const runs = Math.ceil(RUNS / WRITTEN_FORMATS.length);
      let families = 0;
      let omitted = 0;
      for (let run = 0; run < runs; run++) {
        const seed = SEED * 1_000_000_007 + run * WRITTEN_FORMATS.length + i;
        const page = wildFamilies(new Random(seed));
        families += page.length;
        omitted += omittedOf(page, format, seed);
      }

      // Most families are written.
      expect(omitted).toBeGreaterThan(families / 100);
      expect(omitted).toBeLessThan(families / 3);
    },
  );
});

function omittedOf(families: readonly MetricFamily[], format: WrittenFormat, seed: number): number {
  try {
    return checkWritten(families, format).omitted.size;
  } catch (error) {
    throw new Error(`Page of seed ${seed} in ${format.name}`, { cause: error });
  }
}
