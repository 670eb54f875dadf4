import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type ExportedName, publicApi } from './public-api.ts';
import { entries, publishedPackages, root } from './workspace.ts';

const goldenFolder = path.join(import.meta.dirname, 'exported-names');
const update = process.env.UPDATE_EXPORTED_NAMES === '1';
const advice =
  'if the change is meant, run UPDATE_EXPORTED_NAMES=1 vitest run --project tooling/repo and add a changeset';
const packages = publishedPackages();

/** Formats the names of a package for its golden file: one per line, under the name of the entry point unless it is the main one. */
function listing(names: ReadonlyMap<string, readonly ExportedName[]>): string {
  return [...names]
    .map(([entry, exported]) => {
      const lines = exported.map(({ kind, name }) => `${kind} ${name}`).sort();
      return [...(entry === '.' ? [] : [`\n[${entry}]`]), ...lines].join('\n');
    })
    .join('\n')
    .concat('\n');
}

/** Returns the differences between the exported names of a package and its golden file. */
function difference(golden: string, actual: string): string[] {
  const before = golden.split('\n');
  const after = actual.split('\n');
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `no longer exports ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `newly exports ${line}`),
  ];
}

test('packages export exactly the names in their golden files', () => {
  const files = packages.flatMap((pkg) => entries(pkg).map(({ source }) => path.join(root, source)));
  const api = publicApi(files);
  const problems: string[] = [];
  if (update) {
    rmSync(goldenFolder, { recursive: true, force: true });
    mkdirSync(goldenFolder);
  }
  for (const pkg of packages) {
    const golden = path.join(goldenFolder, `${pkg.name}.txt`);
    const actual = listing(
      new Map(entries(pkg).map(({ entry, source }) => [entry, api.get(path.join(root, source)) ?? []])),
    );
    if (update) writeFileSync(golden, actual);
    const known = existsSync(golden) ? readFileSync(golden, 'utf8') : '';
    problems.push(...difference(known, actual).map((change) => `packages/${pkg.name} ${change}`));
  }

  expect(problems, advice).toEqual([]);
});

test('every golden file of names belongs to a package', () => {
  const known = existsSync(goldenFolder) ? readdirSync(goldenFolder) : [];

  const gone = known.filter((file) => !packages.some(({ name }) => file === `${name}.txt`));

  expect(gone, advice).toEqual([]);
});

test('difference finds a name that is lost, new, or of another kind', () => {
  const name = (kind: string, name: string): ExportedName => ({ kind, name, undocumented: [] });
  const golden = listing(new Map([['.', [name('class', 'A'), name('class', 'B')]]]));
  const actual = listing(
    new Map([
      ['.', [name('type', 'B')]],
      ['./fetch', [name('function', 'c')]],
    ]),
  );

  const changes = difference(golden, actual);

  expect(changes).toEqual([
    'no longer exports class A',
    'no longer exports class B',
    'newly exports type B',
    'newly exports [./fetch]',
    'newly exports function c',
  ]);
});
