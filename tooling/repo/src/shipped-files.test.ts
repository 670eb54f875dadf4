import { expect, test } from 'vitest';
import { reachableFiles } from './platform.ts';
import { commands, entries, publishedPackages, read } from './workspace.ts';

/** The files that a package ships although no entry point and no command leads to them: left behind, or meant for tests only. */
function unreached(sources: readonly string[], starts: readonly string[], read: (file: string) => string): string[] {
  const reached = new Set(starts.flatMap((start) => reachableFiles(start, read)));
  return sources.filter((file) => !reached.has(file));
}

test('a package ships no file that its users cannot reach', () => {
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
