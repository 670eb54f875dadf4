import { expect, test } from 'vitest';
import { read, repositoryFiles } from './workspace.ts';

/** Returns the places of a test file that skip tests. */
function omissions(file: string, text: string): string[] {
  return text.split('\n').flatMap((line, i) => {
    const [omission] = /\.(?:skip|only|todo|skipIf|runIf)\s*[(.]|\b(?:xit|xtest|xdescribe|todo)\(/.exec(line) ?? [];
    return omission === undefined ? [] : [`${file}:${i + 1} has ${omission}`];
  });
}

test('no test is skipped', () => {
  const tests = repositoryFiles().filter((file) => /\.test(-d)?\.[cm]?[jt]s$/.test(file));

  const found = tests.flatMap((file) => omissions(file, read(file)));

  expect(found).toEqual([]);
});

test.each(['skip', 'only', 'todo', 'skipIf'])('omissions finds .%s', (word) => {
  const text = ["test('a', () => {});", `test.${word}`].join('\n');

  const found = omissions('sample.test.ts', `${text}('b');`);

  expect(found).toEqual([`sample.test.ts:2 has .${word}(`]);
});
