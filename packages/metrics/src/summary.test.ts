import { expect, test } from 'vitest';
import { Registry } from './registry/registry.ts';
import { Summary } from './summary.ts';

test('a summary counts and adds up, with labels and without', () => {
  const plain = new Summary({ name: 's', help: 'S.', registry: null });
  const labelled = new Summary({ name: 's', help: 'S.', registry: null, labelNames: ['a'] });

  plain.observe(2);
  plain.observe(-0.5);
  labelled.observe({ a: 'x' }, 3);
  labelled.labels({ a: 'x' }).observe(4);

  expect(plain.value()).toEqual({ count: 2, sum: 1.5 });
  expect(labelled.value({ a: 'x' })).toEqual({ count: 2, sum: 7 });
  expect([...labelled.collect()[0]!.rows()]).toEqual([
    { labels: { a: 'x' }, startMs: expect.any(Number), quantiles: [], count: 2, sum: 7 },
  ]);
});

test('a summary without labels has a series at zero before its first use', () => {
  expect(new Summary({ name: 's', help: 'S.', registry: null }).value()).toEqual({ count: 0, sum: 0 });
});

test('a summary times functions and returns what they return', async () => {
  const summary = new Summary({ name: 's_seconds', help: 'S.', registry: null, labelNames: ['a'] });

  expect(summary.time({ a: 'x' }, () => 5)).toBe(5);
  expect(await summary.labels({ a: 'x' }).time(async () => 6)).toBe(6);
  summary.startTimer({ a: 'x' })();

  expect(summary.value({ a: 'x' }).count).toBe(3);
  expect(summary.value({ a: 'x' }).sum).toBeGreaterThanOrEqual(0);
});

test.each(['1', null, undefined, {}])('a summary refuses %s and is then unchanged', (value) => {
  const summary = new Summary({ name: 's', help: 'S.', registry: new Registry({ onInvalid: 'throw' }) });

  expect(() => summary.observe(value as number)).toThrow(expect.objectContaining({ code: 'INVALID_VALUE' }));
  expect(summary.value()).toEqual({ count: 0, sum: 0 });
});
