import { expect, test } from 'vitest';
import { manifestProblems } from './manifests.ts';
import { entries, publishedPackages, read, repositoryFiles } from './workspace.ts';

const present = repositoryFiles();
const packages = publishedPackages(present);
const published = (file: string) => ({
  'module-sync': { types: `./dist/${file}.d.mts`, default: `./dist/${file}.mjs` },
  import: { types: `./dist/${file}.d.mts`, default: `./dist/${file}.mjs` },
  require: { types: `./dist/${file}.d.cts`, default: `./dist/${file}.cjs` },
});
const withSource = (file: string) => ({ '@promwright/source': `./src/${file}.ts`, ...published(file) });
const ownManifest = { './package.json': './package.json' };
const good = {
  name: '@promwright/sample',
  version: '1.0.0',
  description: 'A sample.',
  keywords: ['prometheus', 'metrics', 'monitoring', 'openmetrics', 'sample'],
  license: 'Apache-2.0',
  type: 'module',
  sideEffects: false,
  engines: { node: '^20.19 || >=22.12' },
  main: './dist/index.cjs',
  types: './dist/index.d.cts',
  exports: { '.': withSource('index'), ...ownManifest },
  files: ['dist'],
  publishConfig: { access: 'public', exports: { '.': published('index'), ...ownManifest } },
  scripts: {
    build: 'tsdown --config ../../tooling/build/tsdown.config.mjs --config-loader native',
    'test:unit': 'vitest run --root ../.. --project packages/sample',
  },
};
const { exports: _exports, files, publishConfig: _publishConfig, scripts, ...beforeExports } = good;
const registering = {
  ...beforeExports,
  sideEffects: ['./src/register.ts', './dist/register.mjs', './dist/register.cjs'],
  typesVersions: { '*': { register: ['./dist/register.d.cts'] } },
  exports: { '.': withSource('index'), './register': withSource('register'), ...ownManifest },
  files,
  publishConfig: {
    access: 'public',
    exports: { '.': published('index'), './register': published('register'), ...ownManifest },
  },
  scripts,
};

test('every package has the same fields in the same order', () => {
  const problems = packages.flatMap(({ name, manifest }) => manifestProblems(name, { ...manifest }));

  expect(problems).toEqual([]);
});

test('every package has a README, and every entry point has its source', () => {
  const expected = packages.flatMap((pkg) => [`${pkg.folder}/README.md`, ...entries(pkg).map(({ source }) => source)]);

  expect(expected.filter((file) => !present.includes(file))).toEqual([]);
});

test('every package has its own version', () => {
  const { fixed, linked } = JSON.parse(read('.changeset/config.json'));

  expect({ fixed, linked }).toEqual({ fixed: [], linked: [] });
});

test('manifestProblems accepts a manifest like all others, and a manifest with an entry point that registers', () => {
  const problems = [good, registering].flatMap((manifest) => manifestProblems('sample', manifest));

  expect(problems).toEqual([]);
});

const { license, ...unlicensed } = good;

test.each<[part: string, manifest: Record<string, unknown>]>([
  ['fields are', { ...good, module: './dist/index.mjs' }],
  ['fields are', { ...unlicensed, license }],
  ['"license" is', { ...good, license: 'MIT' }],
  ['"name" is', { ...good, name: '@promwright/other' }],
  ['"version" is', { ...good, version: 'next' }],
  ['"description" is', { ...good, description: '' }],
  ['"keywords" do', { ...good, keywords: ['sample'] }],
  ['"sideEffects" is', { ...good, sideEffects: ['./dist/index.mjs'] }],
  ['"sideEffects" is', { ...registering, sideEffects: ['./dist/register.mjs'] }],
  ['"main" is', { ...good, main: './dist/index.mjs' }],
  ['"types" is', { ...good, types: './dist/index.d.mts' }],
  ['"typesVersions" is', { ...registering, typesVersions: { '*': {} } }],
  ['"exports" is', { ...good, exports: { '.': './dist/index.mjs', ...ownManifest } }],
  ['"exports" is', { ...good, exports: { '.': reversed(withSource('index')), ...ownManifest } }],
  ['"publishConfig" is', { ...good, publishConfig: { access: 'public', exports: good.exports } }],
  ['"files" is', { ...good, files: ['dist', 'src'] }],
  ['"scripts" is', { ...good, scripts: { ...scripts, build: 'tsc -b' } }],
])('manifestProblems finds: %s', (part, manifest) => {
  const problems = manifestProblems('sample', manifest);

  expect(problems).toEqual([expect.stringContaining(`packages/sample/package.json: ${part}`)]);
});

/** Returns an object with the same properties in the opposite order. Node takes the first condition that it knows. */
function reversed(conditions: object): object {
  return Object.fromEntries(Object.entries(conditions).reverse());
}
