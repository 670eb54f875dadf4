import { expect, test } from 'vitest';
import { overBudget, readBudget } from './budget.ts';

const metric = (name: string, series: number) => ({ name, type: 'gauge' as const, series, labels: [] });

test('overBudget uses the limit of the name, of the first matching pattern, or the default, in this order', () => {
  const budget = readBudget('{"default": 4, "metrics": {"/^a/": 1, "/b$/": 2, "ab": 3, "constructor": 9}}');
  const metrics = ['ab', 'aab', 'b', 'c', 'constructor'].map((name) => metric(name, 5));

  expect(overBudget(metrics, budget)).toEqual([
    { name: 'ab', series: 5, budget: 3 },
    { name: 'aab', series: 5, budget: 1 },
    { name: 'b', series: 5, budget: 2 },
    { name: 'c', series: 5, budget: 4 },
  ]);
});

test('overBudget accepts as many series as the limit, and any number without a limit', () => {
  const budget = readBudget('{"metrics": {"a": 5}}');

  expect(overBudget([metric('a', 5), metric('b', 1e6), metric('toString', 1)], budget)).toEqual([]);
});

test.each([
  ['{', /JSON/],
  ['[]', /must be an object/],
  ['{"defaults": 1}', /got "defaults"/],
  ['{"default": -1}', /Budget of "default" must be an integer of at least 0; got -1/],
  ['{"default": null, "metrics": {"a": "1"}}', /Budget of "a" .* got "1"/],
  ['{"metrics": {"/(/": 1}}', /Invalid regular expression/],
  ['{"metrics": [1]}', /"metrics" of a budget must be an object/],
])('readBudget refuses %s', (text, message) => {
  expect(() => readBudget(text)).toThrow(message);
});
