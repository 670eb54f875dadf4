import { type FamilyInput, familyFromRows } from '@promwright/model';
import { parseText } from '@promwright/parser';
import { expect, test } from 'vitest';
import { diffFamilies } from './diff-families.ts';

const diffOf = (before: FamilyInput, after: FamilyInput) =>
  diffFamilies([familyFromRows(before)], [familyFromRows(after)]);

test('diffFamilies returns added and removed metrics, sorted by name', () => {
  const before = parseText('# TYPE b gauge\nb 1\nkept 1\na 1\n');
  const after = parseText('kept 2\n# TYPE d counter\nd 1\nc 1\n');

  const found = diffFamilies(before, after);

  expect(found).toEqual({
    added: [
      { name: 'c', type: 'unknown' },
      { name: 'd', type: 'counter' },
    ],
    removed: [
      { name: 'a', type: 'unknown' },
      { name: 'b', type: 'gauge' },
    ],
    changed: [],
  });
});

test('diffFamilies returns changes of type, help, unit and labels', () => {
  const found = diffOf(
    { name: 'wait_seconds', type: 'gauge', help: 'Old.', rows: [{ labels: { a: '1', b: '2' }, value: 1 }] },
    {
      name: 'wait_seconds',
      type: 'counter',
      unit: 'seconds',
      rows: [
        { labels: { b: '3' }, value: 1 },
        { labels: { b: '3', c: '1' }, value: 1 },
      ],
    },
  );

  expect(found.changed).toEqual([
    {
      name: 'wait_seconds',
      type: { from: 'gauge', to: 'counter' },
      help: { from: 'Old.', to: '' },
      unit: { from: '', to: 'seconds' },
      labels: { added: ['c'], removed: ['a'] },
    },
  ]);
});

test('diffFamilies returns changes of buckets and quantiles, as Prometheus writes them', () => {
  const before = parseText(
    '# TYPE h histogram\nh_bucket{le="1e-5"} 1\nh_bucket{le="1"} 1\nh_count 1\n# TYPE s summary\ns{quantile="0.5"} 1\n',
  );
  const after = parseText(
    '# TYPE h histogram\nh_bucket{le="1.0"} 1\nh_bucket{le="2"} 1\nh_count 1\n# TYPE s summary\ns{quantile="0.9"} 1\n',
  );

  const found = diffFamilies(before, after);

  expect(found.changed).toEqual([
    { name: 'h', buckets: { added: ['2'], removed: ['1e-05'] } },
    { name: 's', quantiles: { added: ['0.9'], removed: ['0.5'] } },
  ]);
});

test('diffFamilies returns changes of states', () => {
  const found = diffOf(
    { name: 'phase', type: 'stateset', rows: [{ states: { on: true, off: false } }] },
    { name: 'phase', type: 'stateset', rows: [{ states: { on: true, broken: false } }] },
  );

  expect(found.changed).toEqual([{ name: 'phase', states: { added: ['broken'], removed: ['off'] } }]);
});

test.each([
  ['other values and more series', 'x{a="1"} 1\n', 'x{a="2"} 2\nx{a="3"} 3\n'],
  ['an empty label', 'x{a="1",b=""} 1\n', 'x{a="1"} 1\n'],
  ['an empty help', '# HELP x \nx 1\n', 'x 1\n'],
  ['labels of a metric without series', '# TYPE x gauge\n', '# TYPE x gauge\nx{a="1"} 1\n'],
  ['another order', 'x 1\ny{a="1",b="2"} 1\n', 'y{b="2",a="1"} 1\nx 1\n'],
])('diffFamilies finds no difference in %s', (_title, before, after) => {
  const found = diffFamilies(parseText(before), parseText(after));

  expect(found).toEqual({ added: [], removed: [], changed: [] });
});

test('diffFamilies returns only the change of type for a metric that became a histogram', () => {
  const before = parseText('# TYPE x gauge\nx 1\n');
  const after = parseText('# TYPE x histogram\nx_bucket{le="1"} 1\nx_count 1\n');

  expect(diffFamilies(before, after).changed).toEqual([{ name: 'x', type: { from: 'gauge', to: 'histogram' } }]);
});

test('diffFamilies compares several families of one name as one', () => {
  const [a, b] = [parseText('x{a="1"} 1\n'), parseText('x{b="1"} 1\n')];

  expect(diffFamilies([...a, ...b], b).changed).toEqual([{ name: 'x', labels: { added: [], removed: ['a'] } }]);
});
