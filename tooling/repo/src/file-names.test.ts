import { expect, test } from 'vitest';
import { repositoryFiles } from './workspace.ts';

// In brackets stand parameters of routes that Next.js finds by the names of folders.
const byConvention = /^(?:README|CHANGELOG)\.md$|^LICENSE$|^\.|^\[[a-z]+\]$/;
const kebabCase = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/;

/** Names that name nothing, with the reason. A pattern is tested on the part of a name before the first dot. */
const emptyNames: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  { pattern: /(?:^|-)(?:utils?|helpers?|common|misc|stuff|things?|various)$/, reason: 'fits any content' },
  { pattern: /^(?:ours|theirs|others?|it|this|that|those)$/, reason: 'is a pronoun' },
  { pattern: /^kept(?:-|$)/, reason: 'says that something is kept, not what the something is for: a cache, a handle' },
  { pattern: /^attempt$/, reason: 'names no object of the attempt' },
  { pattern: /(?:^|-)(?:left-out|again)$/, reason: 'has no noun' },
  { pattern: /^(?:growable|printable)$/, reason: 'is an adjective alone' },
  { pattern: /^[a-z]+(?<!e)ed$/, reason: 'is a participle alone' },
  // Test libraries of several languages have a function `eventually`, which repeats an assertion until the assertion holds.
  { pattern: /^(?!eventually$|assembly$|family$|reply$)[a-z]+ly$/, reason: 'is an adverb alone' },
];

/** Returns the problems of the names of a file and of its folders. */
function nameProblems(file: string): string[] {
  return file.split('/').flatMap((part) => {
    if (byConvention.test(part)) return [];
    if (!kebabCase.test(part)) return [`${file}: "${part}" is not kebab-case`];
    const stem = part.split('.')[0]!;
    return emptyNames
      .filter(({ pattern }) => pattern.test(stem))
      .map(({ reason }) => `${file}: "${part}" does not name the content of the file: the name ${reason}`);
  });
}

test('files and folders of the workspace have names in kebab-case that name their content', () => {
  const files = repositoryFiles().filter((file) => /^(?:packages|apps|tooling)\//.test(file));

  expect(files.flatMap(nameProblems)).toEqual([]);
});

test.each([
  'src/SeriesMap.ts',
  'src/series_map.ts',
  'src/utils.ts',
  'src/string-helpers.ts',
  'common/x.ts',
  'src/stuff.ts',
  'src/ours.ts',
  'src/attempt.ts',
  'src/left-out.ts',
  'src/looked-up-again.ts',
  'src/kept-text.test.ts',
  'src/growable.ts',
  'src/timed.ts',
  'src/lazily.ts',
])('nameProblems finds one problem in %s', (file) => {
  expect(nameProblems(file)).toHaveLength(1);
});

test.each([
  'src/series-map.test.ts',
  'app/users/[id]/route.js',
  'src/common-labels.ts',
  'tsconfig.json',
  '.npmrc',
  'README.md',
  'src/text-table.ts',
  'src/table.ts',
  'src/feed.ts',
  'test/eventually.ts',
])('nameProblems accepts %s', (file) => {
  expect(nameProblems(file)).toEqual([]);
});
