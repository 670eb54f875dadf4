import { expect, test } from 'vitest';
import { checkBoolean } from './check-boolean.ts';

test('an option that is true or false is given back', () => {
  expect([true, false].map((value) => checkBoolean('strict', value))).toEqual([true, false]);
});

test.each([
  [undefined, 'undefined'],
  [null, 'null'],
  [1, '1'],
  ['true', '"true"'],
])('refuses %j for true or false', (value, found) => {
  const message = `Option "strict" must be true or false; got ${found}`;

  expect(() => checkBoolean('strict', value)).toThrow(
    expect.objectContaining({ name: 'TypeError', code: 'INVALID_OPTION', message }),
  );
});
