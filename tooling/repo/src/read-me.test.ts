import { expect, test } from 'vitest';
import { codeBlocks, codeProblems, linkProblems } from './read-me.ts';
import { publishedPackages, read, repositoryFiles } from './workspace.ts';

const files = repositoryFiles();
const readMes = files.filter((file) => file.endsWith('README.md'));

/** Returns the text of a tracked file, an empty string for a folder, and `undefined` for all other paths. */
function lookUp(file: string): string | undefined {
  if (files.includes(file)) return read(file);
  return file === '.' || files.some((candidate) => candidate.startsWith(`${file}/`)) ? '' : undefined;
}

test('marked code in a README equals, byte for byte, a file that runs in CI', () => {
  const problems = readMes.flatMap((readMe) => codeProblems(readMe, read(readMe), lookUp));

  expect(problems).toEqual([]);
});

test('links in a README have targets', () => {
  const problems = readMes.flatMap((readMe) => linkProblems(readMe, read(readMe), lookUp));

  expect(problems).toEqual([]);
});

test('the README of the repository and of every adapter shows a file that runs in CI', () => {
  const adapters = publishedPackages(files).filter(({ folder }) =>
    /\bhttpMetrics\b/.test(read(`${folder}/src/index.ts`)),
  );
  const expected = ['README.md', ...adapters.map(({ folder }) => `${folder}/README.md`)];

  const without = expected.filter((readMe) => !files.includes(readMe) || codeBlocks(read(readMe)).length === 0);

  expect(without).toEqual([]);
});

const fence = '```';
const sample = ['Text.', '<!-- file: server.js -->', '', `${fence}js`, 'run();', '', 'stop();', fence, 'More.'].join(
  '\n',
);

test.each<[problems: string[], text: string, content: string | undefined]>([
  [[], sample, 'run();\n\nstop();\n'],
  [[], sample, 'run();\n\nstop();'],
  [['README.md:2 differs from server.js; copy the file into the block'], sample, 'run();\nstop();\n'],
  [['README.md:2 differs from server.js; copy the file into the block'], sample, 'run();\n\nstop(); \n'],
  [['README.md:2 shows server.js, which does not exist'], sample, undefined],
  [['README.md:2 has no js, ts, json or sh block after it'], sample.replace(`${fence}js`, 'Prose.'), ''],
])('codeProblems compares a marked block with its file: %j', (problems, text, content) => {
  expect(codeProblems('README.md', text, () => content)).toEqual(problems);
});

test('linkProblems notices links to missing files and headings, outside code only', () => {
  const existing: Record<string, string> = {
    'packages/http/README.md': '# Scrape handler: options!\n',
    'packages/http': '',
  };
  const text = [
    '[ok](../http/README.md#scrape-handler-options) [folder](../http/) [web](https://example.com/x) [own](#own-title)',
    '[gone](./gone.md) and <img src="missing.svg"> `[code](not-a-link)`',
    '# Own title',
    '[anchor](../http/README.md#elsewhere)',
    fence,
    '[in code](nowhere.md)',
    fence,
    '[reference]: nothing.md',
  ].join('\n');

  const problems = linkProblems('packages/express/README.md', text, (file) => existing[file]);

  expect(problems).toEqual([
    'packages/express/README.md:2 links to ./gone.md, which does not exist',
    'packages/express/README.md:2 links to missing.svg, which does not exist',
    'packages/express/README.md:4 links to ../http/README.md#elsewhere, which does not exist',
    'packages/express/README.md:8 links to nothing.md, which does not exist',
  ]);
});
