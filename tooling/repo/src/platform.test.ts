import { expect, test } from 'vitest';
import { allowedEdges, platformFree, platformFreeEntries } from './allowed-edges.ts';
import { importsOf, packageOf } from './imports.ts';
import { nodeFolderProblems, nodeUses, reachableFiles } from './platform.ts';
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

test('packages with a folder src/node use Node only in this folder and in src/index.ts', () => {
  const problems = packages.flatMap(({ folder, sources }) => nodeFolderProblems(folder, sources, read));

  expect(problems).toEqual([]);
});

test('packages and entry points for every platform import only packages for every platform', () => {
  const imported = entryFiles.flatMap((file) => importsOf(file, read(file)).map(({ specifier = '' }) => specifier));
  const targets = [
    ...platformFree.flatMap((name) => allowedEdges[name] ?? []),
    ...imported.flatMap((specifier) => packageOf(specifier)?.replace('@promwright/', '') ?? []),
  ];

  expect(targets.filter((name) => !platformFree.includes(name))).toEqual([]);
});

test('nodeFolderProblems finds Node in files outside src/node', () => {
  const files: Record<string, string> = {
    'packages/p/src/index.ts': "export * from './node/server.ts';",
    'packages/p/src/node/server.ts': "import { createServer } from 'node:http'; import '../deep/b.ts';",
    'packages/p/src/a.ts': "import './node/server.ts';\nexport const bytes = Buffer.from([1]);",
    'packages/p/src/deep/b.ts': "import type { Server } from '../node/server.ts';\nimport 'node:net';",
    'packages/p/src/deep/index.ts': "import type { Socket } from 'net';",
    'packages/p/src/deep/c.ts': "import './nodes.ts';",
  };

  const problems = nodeFolderProblems('packages/p', Object.keys(files), (file) => files[file]!);

  expect(problems).toEqual([
    'packages/p/src/a.ts:2 uses Buffer',
    'packages/p/src/a.ts:1 imports ./node/server.ts from src/node/',
    'packages/p/src/deep/b.ts:2 uses node:net',
    'packages/p/src/deep/b.ts:1 imports ../node/server.ts from src/node/',
    'packages/p/src/deep/index.ts:1 uses net',
  ]);
});

test('nodeFolderProblems does not judge packages without src/node', () => {
  const problems = nodeFolderProblems('packages/p', ['packages/p/src/a.ts'], () => "import 'node:http';");

  expect(problems).toEqual([]);
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
])('nodeUses finds Node in: %s', (text) => {
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
])('nodeUses accepts text that only looks like Node: %s', (text) => {
  const uses = nodeUses('sample.ts', text);

  expect(uses).toEqual([]);
});

test('reachableFiles follows relative imports from file to file', () => {
  const files: Record<string, string> = {
    'src/a.ts': "import './deep/b.ts'; import 'elsewhere';",
    'src/deep/b.ts': "export * from '../c.ts';",
    'src/c.ts': "import './a.ts';",
  };

  const reached = reachableFiles('src/a.ts', (file) => files[file] ?? '');

  expect(reached).toEqual(['src/a.ts', 'src/deep/b.ts', 'src/c.ts']);
});
