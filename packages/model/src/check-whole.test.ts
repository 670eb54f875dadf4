import { expect, test } from 'vitest';
import { checkWhole } from './check-whole.ts';

test('a whole number within its bounds is given back', () => {
  expect([0, 7, 20].map((value) => checkWhole('retries', value, 0, 20))).toEqual([0, 7, 20]);
});

test.each([
  [-1, '-1'],
  [21, '21'],
  [0.5, '0.5'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, 'Infinity'],
  ['5', '"5"'],
  [5n, '5n'],
  [undefined, 'undefined'],
])('refuses %s for a whole number from 0 to 20', (value, found) => {
  const message = `Option "retries" must be a whole number from 0 to 20; got ${found}`;

  expect(() => checkWhole('retries', value, 0, 20)).toThrow(
    expect.objectContaining({ name: 'RangeError', code: 'INVALID_OPTION', message }),
  );
});
