import { expect, test } from 'vitest';
import { reasonOf } from './index.ts';

test.each([
  ['an error', new Error('no such host'), 'no such host'],
  ['several without a text', new AggregateError([new Error('a'), new AggregateError(['b', 3])]), 'a, b, 3'],
  ['several with one', new AggregateError([new Error('a')], 'all failed'), 'all failed'],
  ['a text', 'no such host', 'no such host'],
  ['what makes no text', Object.create(null), 'an object'],
  ['nothing', undefined, 'undefined'],
])('of %s', (_kind, error, reason) => {
  expect(reasonOf(error)).toBe(reason);
});
