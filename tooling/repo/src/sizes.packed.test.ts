import { statSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { expect, inject, test } from 'vitest';
import { filesIn } from './packed-packages.ts';
import { budgetProblems, bundleBudgets, packageBudgets, unpackedSumBudgets } from './size-budgets.ts';
import { publishedPackages } from './workspace.ts';

const folder = inject('packedFolder');
const names = publishedPackages().map(({ name }) => name);

const entryOf = (name: string) => path.join(folder, name, 'package/dist/index.mjs');

/** Returns the bytes of all files in the tarball of a package. */
function unpackedBytes(name: string): number {
  const parent = path.join(folder, name, 'package');
  return filesIn(parent).reduce((sum, file) => sum + statSync(path.join(parent, file)).size, 0);
}

/** Returns the bytes of a program, bundled with the packages that it imports (none with `alone`), minified and gzipped. */
async function minifiedGzippedBytes(code: string, { alone }: { alone: boolean }): Promise<number> {
  const bundle = await rolldown({
    input: 'program',
    platform: 'node',
    external: (id) => id !== 'program' && !path.isAbsolute(id) && !id.startsWith('.') && (alone || !ours(id)),
    plugins: [
      {
        name: 'packed-packages',
        resolveId: (id) => (id === 'program' ? id : ours(id) ? entryOf(id.replace('@promwright/', '')) : undefined),
        load: (id) => (id === 'program' ? code : undefined),
      },
    ],
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true, comments: false });
  await bundle.close();
  return gzipSync(output.map((chunk) => (chunk.type === 'chunk' ? chunk.code : '')).join(''), { level: 9 }).length;
}

const ours = (id: string) => id.startsWith('@promwright/');

test('packages are within their budgets, unpacked', () => {
  const sizes = names.map((name) => ({
    title: `${name}, unpacked`,
    bytes: unpackedBytes(name),
    budget: packageBudgets[name]?.unpacked,
  }));

  expect(budgetProblems(sizes)).toEqual([]);
});

test('packages that are installed together are within their budget, unpacked', () => {
  const sizes = unpackedSumBudgets.map(({ packages, unpacked }) => ({
    title: `${packages.join(' + ')}, unpacked`,
    bytes: packages.reduce((sum, name) => sum + unpackedBytes(name), 0),
    budget: unpacked,
  }));

  expect(budgetProblems(sizes)).toEqual([]);
});

test('entry points are within their budgets, minified and gzipped', async () => {
  const sizes = await Promise.all(
    names.map(async (name) => ({
      title: `${name}, minified and gzipped`,
      bytes: await minifiedGzippedBytes(`export * from ${JSON.stringify(entryOf(name))};`, { alone: true }),
      budget: packageBudgets[name]?.minifiedGzipped,
    })),
  );

  expect(budgetProblems(sizes)).toEqual([]);
});

test('programs bundled with our packages are within their budgets, minified and gzipped', async () => {
  const sizes = await Promise.all(
    bundleBudgets.map(async ({ title, code, minifiedGzipped }) => ({
      title: `${title}, minified and gzipped`,
      bytes: await minifiedGzippedBytes(code, { alone: false }),
      budget: minifiedGzipped,
    })),
  );

  expect(budgetProblems(sizes)).toEqual([]);
});
