import { expect, test } from 'vitest';
import { budgetProblems, bundleBudgets, packageBudgets, unpackedSumBudgets } from './size-budgets.ts';
import { publishedPackages } from './workspace.ts';

const names = publishedPackages().map(({ name }) => name);

test('every package has a budget, and every budget has its packages', () => {
  const inSums = unpackedSumBudgets.flatMap(({ packages }) => packages);
  const inBundles = bundleBudgets.flatMap(({ code }) =>
    [...code.matchAll(/@promwright\/(\w+)/g)].map(([, name]) => name),
  );

  expect(Object.keys(packageBudgets)).toEqual(names);
  expect([...inSums, ...inBundles].filter((name) => !names.includes(name ?? ''))).toEqual([]);
});

test('accepts a size up to its budget', () => {
  expect(budgetProblems([{ title: 'model, unpacked', bytes: 1000, budget: 1000 }])).toEqual([]);
});

test('complains of a size over its budget and of a size without one', () => {
  const problems = budgetProblems([
    { title: 'model, unpacked', bytes: 120_001, budget: 120_000 },
    { title: 'exporter, unpacked', bytes: 5, budget: undefined },
  ]);

  expect(problems).toEqual([
    'model, unpacked: 120,001 bytes, budget 120,000',
    'exporter, unpacked: 5 bytes, no budget',
  ]);
});
