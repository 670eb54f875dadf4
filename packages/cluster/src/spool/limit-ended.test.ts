import { createFamily, familyFromRows } from '@promwright/model';
import { expect, test } from 'vitest';
import { limitEnded } from './limit-ended.ts';

const labels = (i: number) => ({ a: String(i), b: 'x' });

test('counts past the limit are added up in one series', () => {
  const rows = [1, 2, 4, 8].map((value, i) => ({ labels: labels(i), value }));
  const counter = familyFromRows({ name: 'c_total', type: 'counter', rows });

  const [limited] = limitEnded([counter], 2);

  expect([...limited!.rows()]).toEqual([
    { labels: labels(0), value: 1 },
    { labels: labels(1), value: 2 },
    { labels: { a: '__other__', b: '__other__' }, value: 12 },
  ]);
});

test('the oldest gauges of single members are dropped', () => {
  const rows = Array.from({ length: 1200 }, (_, i) => ({ labels: labels(i), value: i }));
  const gauge = createFamily({ ...familyFromRows({ name: 'g', type: 'gauge', rows }), merge: 'all' });

  const [limited] = limitEnded([gauge]);

  expect([...limited!.rows()].map((row) => (row as { value: number }).value)).toEqual(
    Array.from({ length: 1000 }, (_, i) => i),
  );
});
