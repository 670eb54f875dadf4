import path from 'node:path';
import { expect, test } from 'vitest';
import { read, repositoryFiles } from './workspace.ts';

/** Returns the rules that a `tsconfig.json` breaks. With a reference to a package, `tsc -b` would write into the package's `dist`. */
function settingsProblems(file: string, text: string): string[] {
  const { references = [], ...rest } = JSON.parse(text) as { references?: { path: string }[] };
  const ofPackage = file.startsWith('packages/');
  const base = ofPackage ? 'packages.json' : 'base.json';
  const folder = path.posix.dirname(file);
  const expected = { extends: path.posix.relative(folder, `tooling/tsconfig/${base}`) };
  const problems: string[] = [];
  if (JSON.stringify(rest) !== JSON.stringify(expected)) {
    problems.push(`${file} has settings of its own; they belong in tooling/tsconfig/${base}`);
  }
  for (const { path: target } of references) {
    if (ofPackage || path.posix.join(folder, target).startsWith('packages/')) {
      problems.push(`${file} references ${target}; packages are built by tsdown, not by tsc`);
    }
  }
  return problems;
}

test('compiler settings are in tooling/tsconfig, and no project references a package', () => {
  const files = repositoryFiles().filter((file) => /^(?:packages|apps|tooling)\/.*\/tsconfig\.json$/.test(file));

  expect(files.length).toBeGreaterThan(15);
  expect(files.flatMap((file) => settingsProblems(file, read(file)))).toEqual([]);
});

test('settingsProblems finds settings outside the common files, and references to packages', () => {
  const own = '{ "extends": "../../tooling/tsconfig/packages.json", "compilerOptions": {} }';
  const other = '{ "extends": "../../tooling/tsconfig/base.json" }';
  const reference = '{ "extends": "../tsconfig/base.json", "references": [{ "path": "../../packages/model" }] }';

  const problems = [
    ...settingsProblems('packages/x/tsconfig.json', own),
    ...settingsProblems('packages/y/tsconfig.json', other),
    ...settingsProblems('tooling/z/tsconfig.json', reference),
  ];

  expect(problems).toEqual([
    'packages/x/tsconfig.json has settings of its own; they belong in tooling/tsconfig/packages.json',
    'packages/y/tsconfig.json has settings of its own; they belong in tooling/tsconfig/packages.json',
    'tooling/z/tsconfig.json references ../../packages/model; packages are built by tsdown, not by tsc',
  ]);
});
