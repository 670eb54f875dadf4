import { expect, test } from 'vitest';
import { reachableFiles } from './platform.ts';
import { commands, entries, publishedPackages, read } from './workspace.ts';

/** Returns the source files that no entry point and no command imports, directly or not: left behind, or meant for tests only. */
function unreached(sources: readonly string[], starts: readonly string[], read: (file: string) => string): string[] {
  const reached = new Set(starts.flatMap((start) => reachableFiles(start, read)));
  return sources.filter((file) => !reached.has(file));
}

test('every source file of a package is in a bundle of one of its entry points or commands', () => {
  const found = publishedPackages().flatMap((pkg) =>
    unreached(pkg.sources, [...entries(pkg).map(({ source }) => source), ...commands(pkg)], read),
  );

  expect(found).toEqual([]);
});

test('notices a file that only tests import', () => {
  const files: Record<string, string> = {
    'src/index.ts': "export * from './counter.ts';",
    'src/counter.ts': '',
    'src/sample-families.ts': "import './counter.ts';",
  };

  const found = unreached(Object.keys(files), ['src/index.ts'], (file) => files[file] ?? '');

  expect(found).toEqual(['src/sample-families.ts']);
});
