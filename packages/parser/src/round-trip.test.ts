import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyFamilies } from '../test/any-family.ts';
import { familyOf } from '../test/family-of.ts';
import { ROUND_TRIPS } from '../test/formats.ts';
import { allPlain } from '../test/plain.ts';

describe('round trip', () => {
  test.each(ROUND_TRIPS)('$name: families are equal after writing and reading', ({ features, there, back }) => {
    fc.assert(
      fc.property(anyFamilies(features), (families) => {
        const read = back(there(families) as never);

        expect(allPlain(read)).toEqual(allPlain(families.map(familyOf)));
      }),
      { numRuns: 300 },
    );
  });
});
