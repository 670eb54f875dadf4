import { expect, test } from 'vitest';
import { repositoryFiles } from './workspace.ts';

// In brackets stand parameters of routes that Next.js finds by the names of folders.
const byConvention = /^(?:README|CHANGELOG)\.md$|^LICENSE$|^\.|^\[[a-z]+\]$/;
const kebabCase = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*$/;
const sayNothing = /(?:^|-)(?:utils?|helpers?|common|misc)(?:\.|$)/;

/** What is wrong with the names of a file and of its folders. */
function nameProblems(file: string): string[] {
  return file.split('/').flatMap((part) => {
    if (byConvention.test(part)) return [];
    if (!kebabCase.test(part)) return [`${file}: "${part}" is not kebab-case`];
    return sayNothing.test(part) ? [`${file}: "${part}" does not say what is in it`] : [];
  });
}

test('files and folders of the workspace have names in kebab-case that say what is in them', () => {
  const files = repositoryFiles().filter((file) => /^(?:packages|apps|tooling)\//.test(file));

  expect(files.flatMap(nameProblems)).toEqual([]);
});

test.each(['src/SeriesMap.ts', 'src/series_map.ts', 'src/utils.ts', 'src/string-helpers.ts', 'common/x.ts'])(
  'complains of %s',
  (file) => {
    expect(nameProblems(file)).toHaveLength(1);
  },
);

test.each([
  'src/series-map.test.ts',
  'app/users/[id]/route.js',
  'src/common-labels.ts',
  'tsconfig.json',
  '.npmrc',
  'README.md',
])('accepts %s', (file) => {
  expect(nameProblems(file)).toEqual([]);
});
