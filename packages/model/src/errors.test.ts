import { describe, expect, test } from 'vitest';
import { describeValue, errorMessage, optionTypeError, PromwrightError, rangeError, typeError } from './errors.ts';

describe('PromwrightError', () => {
  test('covers errors of every type that have a code', () => {
    const errors = [
      new PromwrightError('CLASHING_NAME', 'taken'),
      typeError('INVALID_NAME', 'not a string'),
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

  test('does not cover other errors and values', () => {
    expect([new Error('x'), null, 'text', {}].map((value) => value instanceof PromwrightError)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test('has subclasses with the normal meaning of instanceof', () => {
    class Special extends PromwrightError {}

    expect(new Special('INVALID_NAME', 'x')).toBeInstanceOf(Special);
    expect(typeError('INVALID_NAME', 'x')).not.toBeInstanceOf(Special);
  });

  test('keeps its cause', () => {
    const cause = new Error('below');

    expect(new PromwrightError('COLLECTOR_FAILED', 'above', { cause }).cause).toBe(cause);
  });
});

test('describeValue describes any value in a few words', () => {
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

test('describeValue and errorMessage describe values that throw when they are read', () => {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  const error = Object.defineProperty(new Error(), 'message', {
    get() {
      throw new Error('no');
    },
  });

  expect(describeValue(proxy)).toBe('an object');
  expect([proxy, error].map(errorMessage)).toEqual(Array(2).fill('an error without a readable message'));
});

test('optionTypeError names the option, the rule and the value', () => {
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
  [
    'an AggregateError without a message',
    new AggregateError([new Error('a'), new AggregateError(['b', 3])]),
    'a, b, 3',
  ],
  ['an AggregateError with a message', new AggregateError([new Error('a')], 'all failed'), 'all failed'],
  ['a string', 'no such host', 'no such host'],
  ['an object that cannot become a string', Object.create(null), 'an object'],
  ['undefined', undefined, 'undefined'],
])('errorMessage returns the reason of %s', (_kind, error, reason) => {
  expect(errorMessage(error)).toBe(reason);
});
