import { expect, test } from 'vitest';
import { allowedEdges, platformFree, platformFreeEntries } from './allowed-edges.ts';
import { importsOf, packageOf } from './imports.ts';
import { nodeUses, reachableFiles } from './platform.ts';
import { entries, publishedPackages, read } from './workspace.ts';

const packages = publishedPackages();
const entryFiles = platformFreeEntries.flatMap(({ name, entry }) =>
  packages
    .filter((pkg) => pkg.name === name)
    .flatMap((pkg) => entries(pkg).filter((candidate) => candidate.entry === entry))
    .flatMap(({ source }) => reachableFiles(source, read)),
);

test('packages for every platform use no module and no global of Node', () => {
  const sources = packages.filter(({ name }) => platformFree.includes(name)).flatMap((pkg) => pkg.sources);

  const uses = sources.flatMap((file) => nodeUses(file, read(file)));

  expect(uses).toEqual([]);
});

test('entry points for every platform reach no module and no global of Node', () => {
  const uses = entryFiles.flatMap((file) => nodeUses(file, read(file)));

  expect(uses).toEqual([]);
});

test('what is for every platform imports only packages that are too', () => {
  const imported = entryFiles.flatMap((file) => importsOf(file, read(file)).map(({ specifier = '' }) => specifier));
  const targets = [
    ...platformFree.flatMap((name) => allowedEdges[name] ?? []),
    ...imported.flatMap((specifier) => packageOf(specifier)?.replace('@promwright/', '') ?? []),
  ];

  expect(targets.filter((name) => !platformFree.includes(name))).toEqual([]);
});

test.each([
  "import { readFileSync } from 'node:fs';",
  "import type { Socket } from 'net';",
  "export const lazy = () => import('node:zlib');",
  'export const argv = process.argv;',
  'export const bytes = Buffer.from([1]);',
  'export let timer: NodeJS.Timeout;',
  'export const p = { process };',
  'export type P = typeof process;',
  "export const fs = require('fs');",
  'export const here = __dirname;',
])('notices Node in: %s', (text) => {
  const uses = nodeUses('sample.ts', text);

  expect(uses).not.toEqual([]);
});

test.each([
  'export const pid = globalThis.process?.pid;',
  'interface Has { process?: { pid: number } }',
  'export function f(process: number): number { return process; }',
  "export type Scope = 'process' | 'thread';",
  '// process.exit() and Buffer',
  'declare const has: { process: 1 }; export const { process: renamed } = has;',
])('leaves alone what only looks like Node: %s', (text) => {
  const uses = nodeUses('sample.ts', text);

  expect(uses).toEqual([]);
});

test('follows relative imports from file to file', () => {
  const files: Record<string, string> = {
    'src/a.ts': "import './deep/b.ts'; import 'elsewhere';",
    'src/deep/b.ts': "export * from '../c.ts';",
    'src/c.ts': "import './a.ts';",
  };

  const reached = reachableFiles('src/a.ts', (file) => files[file] ?? '');

  expect(reached).toEqual(['src/a.ts', 'src/deep/b.ts', 'src/c.ts']);
});
