import { describe, expect, test } from 'vitest';
import { checkLabelName, checkMetricName } from './names.ts';

function codeOf(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

describe('checkMetricName', () => {
  test.each(['a', '_a', ':a', 'A9_:z', 'constructor', '__proto__'])('accepts %j', (name) => {
    expect(codeOf(() => checkMetricName(name))).toBeUndefined();
  });

  test.each(['', '9a', 'a-b', 'a b', 'a.b', 'ä', 'a\n', 'a{', 5, null, undefined, ['a']])('rejects %j', (name) => {
    expect(codeOf(() => checkMetricName(name))).toBe('INVALID_NAME');
  });
});

describe('checkLabelName', () => {
  test.each(['a', '_a', 'A9_z', 'constructor', 'toString', 'leader'])('accepts %j', (name) => {
    expect(codeOf(() => checkLabelName(name, 'm'))).toBeUndefined();
  });

  test.each(['', '9a', 'a:b', 'a-b', 'a.b', '__a', '__name__', '__proto__', 'le', 'quantile', 5, null])(
    'rejects %j',
    (name) => {
      expect(codeOf(() => checkLabelName(name, 'm'))).toBe('INVALID_LABEL_NAME');
    },
  );

  test('quotes a rejected name with the metric and the rule', () => {
    expect(() => checkLabelName('le', 'latency')).toThrow(
      'Label "le" of metric "latency" is reserved for buckets; rename it',
    );
    expect(() => checkLabelName('__x', 'latency')).toThrow(
      'Label "__x" of metric "latency" is reserved for the server; do not begin it with "__"',
    );
  });
});
