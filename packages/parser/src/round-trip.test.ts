import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyFamilies } from '../test/any-family.ts';
import { familyOf, type PlainFamily } from '../test/family-of.ts';
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

  const HARD_NUMBERS = [
    Number.NaN,
    Infinity,
    -Infinity,
    -0,
    5e-324,
    -5e-324,
    2.225_073_858_507_201e-308,
    Number.MAX_VALUE,
    2 ** 53 - 1,
    2 ** 53,
    2 ** 53 + 2,
    -(2 ** 60),
    1e21,
    1e22,
    123_456_789_012_345_680_000,
    0.1 + 0.2,
    1e-7,
    -1.37e-5,
    2 ** 31,
    -(2 ** 31) - 1,
  ];

  test.each(ROUND_TRIPS)('$name: hard numbers are equal after writing and reading', ({ there, back }) => {
    const labelled = HARD_NUMBERS.map((value, i) => ({ labels: { i: String(i) }, value }));
    const families: PlainFamily[] = [
      { name: 'g', type: 'gauge', help: 'G.', rows: labelled },
      { name: 'u', type: 'unknown', help: 'U.', rows: labelled },
      {
        name: 's',
        type: 'summary',
        help: 'S.',
        rows: HARD_NUMBERS.filter((value) => !(value < 0)).map((value, i) => ({
          labels: { i: String(i) },
          quantiles: [{ quantile: 0.5, value }],
          count: 3,
          sum: Number.isFinite(value) ? value : 1,
        })),
      },
    ];

    const read = back(there(families) as never);

    expect(allPlain(read)).toEqual(allPlain(families.map(familyOf)));
  });
});
