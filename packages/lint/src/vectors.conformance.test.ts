import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readText } from '../test/read-text.ts';
import { lint } from './lint.ts';

interface Vector {
  readonly fn: string;
  readonly name: string;
  readonly input: string;
  readonly problems: readonly { readonly metric: string; readonly text: string }[];
}

function readVectors(): readonly Vector[] {
  const folder = process.env.PROMWRIGHT_CONFORMANCE;
  if (folder === undefined) throw new Error('PROMWRIGHT_CONFORMANCE must name the folder of the conformance vectors');
  return JSON.parse(readFileSync(path.join(folder, 'promlint.json'), 'utf8'));
}

test.each(readVectors())('lint finds the problems that promlint finds: $fn, $name', ({ input, problems }) => {
  const found = lint(readText(input));

  expect(found.map(({ metric, text }) => ({ metric, text }))).toEqual(
    problems.map(({ metric, text }) => ({ metric, text })),
  );
});
