import { describe, expect, test } from 'vitest';
import { describeValue, errorMessage, optionTypeError, PromwrightError, rangeError, typeError } from './errors.ts';

describe('errors', () => {
  test('of every kind carry a code and pass as PromwrightError', () => {
    const errors = [
      new PromwrightError('CLASHING_NAME', 'taken'),
      typeError('INVALID_NAME', 'no text'),
      rangeError('INVALID_VALUE', 'too low'),
    ];

    expect(errors.map((error) => [error.name, error.code, error instanceof PromwrightError])).toEqual([
      ['PromwrightError', 'CLASHING_NAME', true],
      ['TypeError', 'INVALID_NAME', true],
      ['RangeError', 'INVALID_VALUE', true],
    ]);
    expect(errors[1]).toBeInstanceOf(TypeError);
    expect(errors[2]).toBeInstanceOf(RangeError);
  });

  test('of others do not pass as PromwrightError', () => {
    expect([new Error('x'), null, 'text', {}].map((value) => value instanceof PromwrightError)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test('of a subclass are told apart from other errors', () => {
    class Special extends PromwrightError {}

    expect(new Special('INVALID_NAME', 'x')).toBeInstanceOf(Special);
    expect(typeError('INVALID_NAME', 'x')).not.toBeInstanceOf(Special);
  });

  test('keep their cause', () => {
    const cause = new Error('below');

    expect(new PromwrightError('COLLECTOR_FAILED', 'above', { cause }).cause).toBe(cause);
  });
});

test('a refused value is described shortly whatever it is', () => {
  const hostile = { toString: () => 'boom', toJSON: () => 'boom' };

  expect(
    ['a"b', 'x'.repeat(200), 3, Number.NaN, true, null, undefined, 5n, [1, 2], hostile, () => 1, Symbol('s')].map(
      describeValue,
    ),
  ).toEqual([
    '"a\\"b"',
    `"${'x'.repeat(100)}…"`,
    '3',
    'NaN',
    'true',
    'null',
    'undefined',
    '5n',
    'an array of 2',
    'an object',
    'a function',
    'a symbol',
  ]);
});

test('the error for a wrong kind names the option, the rule and the value', () => {
  const error = optionTypeError('labels.route', 'the name of a label or false', [1, 2]);

  expect(error).toMatchObject({
    name: 'TypeError',
    code: 'INVALID_OPTION',
    message: 'Option "labels.route" must be the name of a label or false; got an array of 2',
  });
  expect(error).toBeInstanceOf(PromwrightError);
});

test.each([
  ['an error', new Error('no such host'), 'no such host'],
  ['several without a text', new AggregateError([new Error('a'), new AggregateError(['b', 3])]), 'a, b, 3'],
  ['several with one', new AggregateError([new Error('a')], 'all failed'), 'all failed'],
  ['a text', 'no such host', 'no such host'],
  ['what makes no text', Object.create(null), 'an object'],
  ['nothing', undefined, 'undefined'],
])('of %s', (_kind, error, reason) => {
  expect(errorMessage(error)).toBe(reason);
});
