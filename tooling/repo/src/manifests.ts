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
  'exports',
  'files',
  'publishConfig',
  'scripts',
  'dependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'devDependencies',
];
const optional = ['bin', 'dependencies', 'peerDependencies', 'peerDependenciesMeta', 'devDependencies'];
const keywords = ['prometheus', 'metrics', 'monitoring', 'openmetrics'];

/** How the `package.json` in `packages/<name>` differs from what every published package says in the same words. */
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
  const entries = Object.keys((manifest.exports ?? {}) as object).filter(
    (entry) => entry !== '.' && entry !== './package.json',
  );
  return {
    name: `@promwright/${name}`,
    license: 'Apache-2.0',
    type: 'module',
    // A bundler must not drop the one entry point that exists for its effect.
    sideEffects: entries.includes('./register') ? ['./src/register.ts', './dist/register.js'] : false,
    engines: { node: '^20.19 || >=22.12' },
    exports: Object.fromEntries([
      ...['.', ...entries].map((entry) => [entry, expectedEntry(entry === '.' ? 'index' : entry.slice(2))]),
      ['./package.json', './package.json'],
    ]),
    files: ['dist', 'src', '!src/**/*.test.ts', '!src/**/*.test-d.ts'],
    publishConfig: { access: 'public' },
    scripts: { build: 'tsc -b', 'test:unit': `vitest run --root ../.. --project packages/${name}` },
  };
}

function expectedEntry(file: string): Record<string, string> {
  return { '@promwright/source': `./src/${file}.ts`, types: `./dist/${file}.d.ts`, default: `./dist/${file}.js` };
}
