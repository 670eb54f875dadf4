import { expect, test } from 'vitest';
import { allowedEdges, platformFree, platformFreeEntries, withoutThirdParty } from './allowed-edges.ts';
import { publishedPackages } from './workspace.ts';

type Edges = Readonly<Record<string, readonly string[]>>;

/** Returns the names in a table of edges that are not names of packages. */
function unknownNames(edges: Edges, packages: readonly string[]): string[] {
  const named = new Set([...Object.keys(edges), ...Object.values(edges).flat()]);
  return [...named].filter((name) => !packages.includes(name));
}

const packages = publishedPackages().map(({ name }) => name);

test('the table of edges names only packages that exist', () => {
  expect(unknownNames(allowedEdges, packages)).toEqual([]);
});

test('the lists beside the table of edges name only packages that exist', () => {
  const listed = [...withoutThirdParty, ...platformFree, ...platformFreeEntries.map(({ name }) => name)];

  expect(listed.filter((name) => !packages.includes(name))).toEqual([]);
});

test('unknownNames finds planned packages in rows and in edges', () => {
  const unknown = unknownNames({ model: [], cluster: ['model'], cli: ['model', 'dashboards'] }, ['model', 'cli']);

  expect(unknown).toEqual(['cluster', 'dashboards']);
});
