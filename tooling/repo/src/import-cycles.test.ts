import { expect, test } from 'vitest';
import { importCycles } from './import-cycles.ts';
import { publishedPackages, read } from './workspace.ts';

test('source files of a package import each other in one direction', () => {
  const cycles = publishedPackages().flatMap(({ sources }) => importCycles(sources, read));

  expect(cycles).toEqual([]);
});

test.each<[cycles: string[], files: Record<string, string>]>([
  [['a.ts -> b.ts -> a.ts'], { 'a.ts': "import { b } from './b.ts';", 'b.ts': "export * from './a.ts';" }],
  [['a.ts -> b.ts -> a.ts'], { 'a.ts': "import './b.ts';", 'b.ts': "import type { A } from './a.ts';" }],
  [
    ['a.ts -> b.ts -> a.ts'],
    { 'a.ts': "type B = import('./b.ts').B;", 'b.ts': "const lazy = () => import('./a.ts');" },
  ],
  [['a.ts -> a.ts'], { 'a.ts': "import './a.ts';" }],
  [
    ['deep/b.ts -> c.ts -> deep/b.ts', 'd.ts -> e.ts -> d.ts'],
    {
      'a.ts': "import './deep/b.ts'; import './d.ts';",
      'deep/b.ts': "import '../c.ts';",
      'c.ts': "import './deep/b.ts';",
      'd.ts': "import './e.ts';",
      'e.ts': "import './d.ts';",
    },
  ],
])('importCycles finds %j', (cycles, files) => {
  expect(importCycles(Object.keys(files), (file) => files[file]!)).toEqual(cycles);
});

test('importCycles accepts two ways to the same file', () => {
  const files: Record<string, string> = {
    'a.ts': "import './b.ts'; import './c.ts';",
    'b.ts': "import './d.ts';",
    'c.ts': "import './d.ts';",
    'd.ts': "import '@promwright/model'; import 'node:fs';",
  };

  expect(importCycles(Object.keys(files), (file) => files[file]!)).toEqual([]);
});
