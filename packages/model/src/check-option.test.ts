import { expect, test } from 'vitest';
import { checkBoolean, checkInteger, checkOneOf } from './check-option.ts';

test('checkBoolean returns a boolean', () => {
  expect([true, false].map((value) => checkBoolean('strict', value))).toEqual([true, false]);
});

test.each([
  [undefined, 'undefined'],
  [null, 'null'],
  [1, '1'],
  ['true', '"true"'],
])('checkBoolean rejects %j', (value, found) => {
  const message = `Option "strict" must be true or false; got ${found}`;

  expect(() => checkBoolean('strict', value)).toThrow(
    expect.objectContaining({ name: 'TypeError', code: 'INVALID_OPTION', message }),
  );
});

test('checkInteger returns an integer within its bounds', () => {
  expect([0, 7, 20].map((value) => checkInteger('retries', value, 0, 20))).toEqual([0, 7, 20]);
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
])('checkInteger rejects %s for an integer from 0 to 20', (value, found) => {
  const message = `Option "retries" must be an integer from 0 to 20; got ${found}`;

  expect(() => checkInteger('retries', value, 0, 20)).toThrow(
    expect.objectContaining({ name: 'RangeError', code: 'INVALID_OPTION', message }),
  );
});

test('checkOneOf returns one of the choices, and rejects other values with a list of the choices', () => {
  expect(checkOneOf('protocol', 'udp', ['tcp', 'udp'])).toBe('udp');

  for (const [value, found] of [
    ['tpc', '"tpc"'],
    [undefined, 'undefined'],
    [5, '5'],
  ]) {
    expect(() => checkOneOf('protocol', value, ['tcp', 'udp'])).toThrow(
      expect.objectContaining({
        name: 'TypeError',
        code: 'INVALID_OPTION',
        message: `Option "protocol" must be "tcp" or "udp"; got ${found}`,
      }),
    );
  }
});
