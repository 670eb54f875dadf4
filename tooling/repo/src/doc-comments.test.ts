import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { publicApi } from './public-api.ts';
import { entries, publishedPackages, root } from './workspace.ts';

test('every exported name and every public method has a doc comment', () => {
  const files = publishedPackages().flatMap((pkg) => entries(pkg).map(({ source }) => source));

  const api = publicApi(files.map((file) => path.join(root, file)));

  const missing = files.flatMap((file) =>
    api.get(path.join(root, file))!.flatMap(({ undocumented }) => undocumented.map((name) => `${file}: ${name}`)),
  );
  expect(missing).toEqual([]);
});

test('publicApi finds names without a doc comment, also behind re-exports and in base classes', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'doc-comments-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const index = path.join(folder, 'index.ts');
  writeFileSync(index, "export * from './all.ts'; export { f as renamed } from './all.ts';");
  writeFileSync(
    path.join(folder, 'all.ts'),
    `
    export function f(): void {}
    /** Does it. */
    export function g(): void {}
    interface Contract {
      /** Runs, and says so once for all implementations. */
      run(): void;
    }
    class Base { inherited(): void {} }
    /** A class. */
    export class Class extends Base implements Contract {
      run(): void {}
      bare(): void {}
      static made(): void {}
      /** Documented. */
      said(): void {}
      #hidden(): void {}
      private own(): void {}
      [Symbol.iterator](): void { this.#hidden(); this.own(); }
    }
    /** An error; its own methods come from elsewhere. */
    export class Failure extends Error {}
    export interface Options {}
    /** A type and its values. */
    export type Both = 'a';
    export const Both = { a: 'a' } as const;
    `,
  );

  const names = publicApi([index]).get(index)!;

  expect(names.map(({ name, kind, undocumented }) => [kind, name, ...undocumented].join(' '))).toEqual([
    'const+type Both',
    'class Class Class.bare Class.inherited Class.made',
    'class Failure',
    'interface Options Options',
    'function f f',
    'function g',
    'function renamed renamed',
  ]);
});
