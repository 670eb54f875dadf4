const fieldOrder = [
  'name',
  'version',
  'description',
  'keywords',
  'license',
  'type',
  'sideEffects',
  'engines',
  'bin',
  'main',
  'types',
  'typesVersions',
  'exports',
  'files',
  'publishConfig',
  'scripts',
  'dependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'devDependencies',
];
const optional = [
  'bin',
  'typesVersions',
  'dependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'devDependencies',
];
const keywords = ['prometheus', 'metrics', 'monitoring', 'openmetrics'];

/** Returns the differences between the `package.json` in `packages/<name>` and the common form of published packages. */
export function manifestProblems(name: string, manifest: Readonly<Record<string, unknown>>): string[] {
  const problems: string[] = [];
  const complain = (problem: string) => problems.push(`packages/${name}/package.json: ${problem}`);
  const fields = Object.keys(manifest);
  const expectedFields = fieldOrder.filter((field) => fields.includes(field) || !optional.includes(field));
  if (fields.join() !== expectedFields.join()) complain(`fields are [${fields}], not [${expectedFields}]`);
  for (const [field, expected] of Object.entries(expectedValues(name, manifest))) {
    const actual = JSON.stringify(manifest[field]);
    if (actual !== JSON.stringify(expected)) complain(`"${field}" is ${actual}, not ${JSON.stringify(expected)}`);
  }
  if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(manifest.version))) complain('"version" is not a version');
  if (!/^\S.*\.$/.test(String(manifest.description ?? ''))) complain('"description" is not a sentence');
  const ownKeywords = Array.isArray(manifest.keywords) ? manifest.keywords : [];
  if (keywords.some((keyword, i) => ownKeywords[i] !== keyword)) complain(`"keywords" do not start with [${keywords}]`);
  return problems;
}

function expectedValues(name: string, manifest: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const further = Object.keys((manifest.exports ?? {}) as object)
    .filter((entry) => entry !== '.' && entry !== './package.json')
    .map((entry) => entry.slice(2));
  const published = Object.fromEntries(
    ['index', ...further].map((file) => [file === 'index' ? '.' : `./${file}`, conditions(file)]),
  );
  const withSources = Object.fromEntries(
    ['index', ...further].map((file) => [
      file === 'index' ? '.' : `./${file}`,
      { '@promwright/source': `./src/${file}.ts`, ...conditions(file) },
    ]),
  );
  const ownManifest = { './package.json': './package.json' };
  return {
    name: `@promwright/${name}`,
    license: 'Apache-2.0',
    type: 'module',
    // A bundler must not drop an entry point that exists for its side effect.
    sideEffects: further.includes('register')
      ? ['./src/register.ts', './dist/register.mjs', './dist/register.cjs']
      : false,
    engines: { node: '^20.19 || >=22.12' },
    // The next three are for tools that do not read "exports".
    main: './dist/index.cjs',
    types: './dist/index.d.cts',
    typesVersions:
      further.length === 0
        ? undefined
        : { '*': Object.fromEntries(further.map((file) => [file, [`./dist/${file}.d.cts`]])) },
    exports: { ...withSources, ...ownManifest },
    files: ['dist'],
    publishConfig: { access: 'public', exports: { ...published, ...ownManifest } },
    scripts: {
      build: 'tsdown --config ../../tooling/build/tsdown.config.mjs --config-loader native',
      'test:unit': `vitest run --root ../.. --project packages/${name}`,
    },
  };
}

/** Returns the conditions of one entry point: Node takes the first for `import` and `require` alike, so that both give the same values. */
function conditions(file: string): Record<string, unknown> {
  const module = { types: `./dist/${file}.d.mts`, default: `./dist/${file}.mjs` };
  const commonjs = { types: `./dist/${file}.d.cts`, default: `./dist/${file}.cjs` };
  return { 'module-sync': module, import: module, require: commonjs };
}
