import { expect, test } from 'vitest';
import { type DependencyFacts, dependencyProblems, type PlacedImport } from './dependencies.ts';
import { importsOf } from './imports.ts';
import { type Manifest, publishedPackages, read } from './workspace.ts';

const { devDependencies: rootDevDependencies = {} } = JSON.parse(read('package.json')) as Manifest;

function placedImports(files: readonly string[]): PlacedImport[] {
  return files.flatMap((file) =>
    importsOf(file, read(file)).map(({ specifier, line }) => ({ place: `${file}:${line}`, specifier })),
  );
}

/** Creates a package for the checks, from the facts that a test needs. */
function facts(name: string, manifest: Partial<Manifest>, shipped: string[], tests: string[] = []): DependencyFacts {
  const placed = (specifiers: string[]) => specifiers.map((specifier) => ({ place: `src/${name}.ts:1`, specifier }));
  return {
    name,
    manifest: { name: `@promwright/${name}`, version: '1.0.0', ...manifest },
    shipped: placed(shipped),
    tests: placed(tests),
    rootDevDependencies: ['vitest'],
  };
}

test('packages import only modules allowed by the table of edges and declared in their manifest', () => {
  const problems = publishedPackages().flatMap(({ name, manifest, sources, tests }) =>
    dependencyProblems({
      name,
      manifest,
      shipped: placedImports(sources),
      tests: placedImports(tests),
      rootDevDependencies: Object.keys(rootDevDependencies),
    }),
  );

  expect(problems).toEqual([]);
});

test('dependencyProblems accepts an adapter with its framework as a peer', () => {
  const manifest = {
    dependencies: { '@promwright/http': 'workspace:^' },
    peerDependencies: { express: '^5.0.0', '@types/express': '^5.0.0' },
    devDependencies: { express: 'catalog:', 'fast-check': 'catalog:' },
  };

  const problems = dependencyProblems(
    facts('express', manifest, ['@promwright/http', 'express', 'node:http', './x.ts'], ['vitest', 'fast-check']),
  );

  expect(problems).toEqual([]);
});

test.each<[problem: string, facts: DependencyFacts]>([
  [
    'src/metrics.ts:1 uses @promwright/exposition, an edge that the table does not allow',
    facts('metrics', {}, ['@promwright/exposition']),
  ],
  [
    'packages/metrics uses @promwright/http, an edge that the table does not allow',
    facts('metrics', { dependencies: { '@promwright/http': 'workspace:^' } }, []),
  ],
  [
    'src/metrics.ts:1 imports @promwright/model, which "dependencies" does not name',
    facts('metrics', { devDependencies: { '@promwright/model': 'workspace:^' } }, ['@promwright/model']),
  ],
  [
    'packages/metrics asks for @promwright/model as "^1.0.0"; write "workspace:^"',
    facts('metrics', { dependencies: { '@promwright/model': '^1.0.0' } }, ['@promwright/model']),
  ],
  [
    'src/http.ts:1 imports ws, which neither "dependencies" nor "peerDependencies" names',
    facts('http', { devDependencies: { ws: '^8.0.0' } }, ['ws/lib/x.js']),
  ],
  [
    'packages/http declares ws but no shipped file imports it',
    facts('http', { dependencies: { ws: '^8.0.0' } }, [], ['ws']),
  ],
  [
    'packages/http declares ws for development but no test imports it',
    facts('http', { devDependencies: { ws: '^8.0.0' } }, []),
  ],
  ['src/http.ts:1 imports ws, which package.json does not name', facts('http', {}, [], ['ws'])],
  [
    'packages/lint depends on ws; it may need nothing from outside this repository',
    facts('lint', { peerDependencies: { ws: '^8.0.0' } }, ['ws']),
  ],
  [
    'packages/http has @promwright/model as a peer; peers are for frameworks',
    facts('http', { peerDependencies: { '@promwright/model': '*' } }, []),
  ],
  ['src/model.ts:1 imports its own package; import the file beside', facts('model', {}, ['@promwright/model'])],
  ['packages/newcomer is not in the table of allowed edges; add its row', facts('newcomer', {}, [])],
  [
    'src/http.ts:2 computes what it imports; name it',
    { ...facts('http', {}, []), shipped: [{ place: 'src/http.ts:2', specifier: undefined }] },
  ],
])('dependencyProblems finds: %s', (problem, bad) => {
  const problems = dependencyProblems(bad);

  expect(problems).toContain(problem);
});
