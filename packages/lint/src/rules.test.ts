import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { lintRules } from './rules.ts';

test('the README has a row for every rule, in the order of the list', () => {
  const readMe = readFileSync(path.join(import.meta.dirname, '../README.md'), 'utf8');

  const rows = [...readMe.matchAll(/^\| `([a-z0-9-]+)` \| ([^|]*) \|$/gm)].map(([, name, sentence]) => [
    name,
    sentence,
  ]);

  expect(rows).toEqual(lintRules.map(({ name, sentence }) => [name, sentence]));
});

test('lintRules begins with the rules of promlint', () => {
  const strict = lintRules.map((rule) => rule.strict);

  expect(strict).toEqual(strict.toSorted());
  expect(strict.filter((isStrict) => !isStrict)).toHaveLength(9);
});

test('lintRules describes every rule in one sentence', () => {
  for (const { sentence } of lintRules) expect(sentence).toMatch(/^[A-Z].*[^.]\.$/);
});
