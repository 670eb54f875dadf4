import { expect, test } from 'vitest';
import { manifestProblems } from './manifests.ts';
import { entries, publishedPackages, read, repositoryFiles } from './workspace.ts';

const files = repositoryFiles();
const packages = publishedPackages(files);
const good = {
  name: '@promwright/sample',
  version: '1.0.0',
  description: 'A sample.',
  keywords: ['prometheus', 'metrics', 'monitoring', 'openmetrics', 'sample'],
  license: 'Apache-2.0',
  type: 'module',
  sideEffects: false,
  engines: { node: '^20.19 || >=22.12' },
  exports: {
    '.': { '@promwright/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
    './package.json': './package.json',
  },
  files: ['dist', 'src', '!src/**/*.test.ts', '!src/**/*.test-d.ts'],
  publishConfig: { access: 'public' },
  scripts: { build: 'tsc -b', 'test:unit': 'vitest run --root ../.. --project packages/sample' },
};

test('every package says the same things in the same order', () => {
  const problems = packages.flatMap(({ name, manifest }) => manifestProblems(name, { ...manifest }));

  expect(problems).toEqual([]);
});

test('every package has a README, and every entry point has its source', () => {
  const expected = packages.flatMap((pkg) => [`${pkg.folder}/README.md`, ...entries(pkg).map(({ source }) => source)]);

  expect(expected.filter((file) => !files.includes(file))).toEqual([]);
});

test('packages are versioned each on its own', () => {
  const { fixed, linked } = JSON.parse(read('.changeset/config.json'));

  expect({ fixed, linked }).toEqual({ fixed: [], linked: [] });
});

test('accepts a manifest as all the others, and one with an entry point that registers', () => {
  const register = {
    '@promwright/source': './src/register.ts',
    types: './dist/register.d.ts',
    default: './dist/register.js',
  };
  const { '.': main, ...rest } = good.exports;
  const registering = {
    ...good,
    sideEffects: ['./src/register.ts', './dist/register.js'],
    exports: { '.': main, './register': register, ...rest },
  };

  const problems = [good, registering].flatMap((manifest) => manifestProblems('sample', manifest));

  expect(problems).toEqual([]);
});

const { license, ...unlicensed } = good;

test.each<[part: string, manifest: Record<string, unknown>]>([
  ['fields are', { ...good, main: './dist/index.js' }],
  ['fields are', { ...unlicensed, license }],
  ['"license" is', { ...good, license: 'MIT' }],
  ['"name" is', { ...good, name: '@promwright/other' }],
  ['"version" is', { ...good, version: 'next' }],
  ['"description" is', { ...good, description: '' }],
  ['"keywords" do', { ...good, keywords: ['sample'] }],
  ['"sideEffects" is', { ...good, sideEffects: ['./dist/index.js'] }],
  ['"exports" is', { ...good, exports: { '.': './dist/index.js', './package.json': './package.json' } }],
  ['"files" is', { ...good, files: ['dist'] }],
])('complains: %s', (part, manifest) => {
  const problems = manifestProblems('sample', manifest);

  expect(problems).toEqual([expect.stringContaining(`packages/sample/package.json: ${part}`)]);
});
