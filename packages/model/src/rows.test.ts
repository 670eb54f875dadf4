import { expect, test } from 'vitest';
import { createFamily } from './create-family.ts';
import { familyFromRows } from './family-from-rows.ts';
import { labelsOfRow } from './rows.ts';

test('labelsOfRow returns the labels of the series and the constant labels, without absent ones', () => {
  const family = createFamily({
    ...familyFromRows({
      name: 'm',
      type: 'gauge',
      rows: [
        { labels: { a: '1', b: '' }, value: 1 },
        { labels: { b: '2' }, value: 2 },
      ],
    }),
    constLabels: [{ name: 'zone', value: 'x' }],
  });

  expect([0, 1].map((row) => ({ ...labelsOfRow(family, row) }))).toEqual([
    { zone: 'x', a: '1', b: '' },
    { zone: 'x', b: '2' },
  ]);
});

test('labelsOfRow supports labels of any name, including __proto__', () => {
  const unchecked = { constLabels: [{ name: '__proto__', value: 'a' }] };
  const family = createFamily({ ...familyFromRows({ name: 'm', type: 'gauge', rows: [{ value: 1 }] }), ...unchecked });

  const labels = labelsOfRow(family, 0);

  expect([Object.entries(labels), labels.constructor]).toEqual([[['__proto__', 'a']], undefined]);
});

test('labelsOfRow returns a new object at every call, so that callers may change it', () => {
  const family = familyFromRows({ name: 'm', type: 'gauge', rows: [{ labels: { a: '1' }, value: 1 }] });
  labelsOfRow(family, 0).a = 'changed';

  expect(labelsOfRow(family, 0).a).toBe('1');
});
