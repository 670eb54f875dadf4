import { expect, test } from 'vitest';
import { type PublishedPackage, publishedPackages, read } from './workspace.ts';

/** How a package's `tsconfig.json` differs from one `extends` and a reference per dependency in the workspace. */
function projectProblems(pkg: Pick<PublishedPackage, 'folder' | 'manifest'>, text: string): string[] {
  const { references = [], ...rest } = JSON.parse(text) as { references?: { path: string }[] };
  const expected = Object.entries(pkg.manifest.dependencies ?? {})
    .filter(([, range]) => range.startsWith('workspace:'))
    .map(([name]) => name.replace('@promwright/', '../'));
  const actual = references.map(({ path }) => path);
  const problems: string[] = [];
  if (JSON.stringify(rest) !== JSON.stringify({ extends: '../../tooling/tsconfig/base.json' })) {
    problems.push(`${pkg.folder}/tsconfig.json has settings of its own; they belong in tooling/tsconfig/base.json`);
  }
  if (actual.toSorted().join() !== expected.toSorted().join()) {
    problems.push(`${pkg.folder}/tsconfig.json references [${actual}], its dependencies are [${expected}]`);
  }
  return problems;
}

test('TypeScript builds a package after exactly the packages that it depends on', () => {
  const problems = publishedPackages().flatMap((pkg) => projectProblems(pkg, read(`${pkg.folder}/tsconfig.json`)));

  expect(problems).toEqual([]);
});

test('complains of a missing reference and of settings that belong to all', () => {
  const manifest = { name: '@promwright/x', version: '1.0.0', dependencies: { '@promwright/model': 'workspace:^' } };
  const text = '{ "extends": "../../tooling/tsconfig/base.json", "compilerOptions": {}, "references": [] }';

  const problems = projectProblems({ folder: 'packages/x', manifest }, text);

  expect(problems).toEqual([
    'packages/x/tsconfig.json has settings of its own; they belong in tooling/tsconfig/base.json',
    'packages/x/tsconfig.json references [], its dependencies are [../model]',
  ]);
});
