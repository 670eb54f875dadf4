import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { pnpm, run } from './run.ts';
import { publishedPackages, root } from './workspace.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder with the tarball of each package and, beside it, a folder of the package's name with the unpacked files. */
    readonly packedFolder: string;
  }
}

let folder: string;

/** Builds and packs all packages once, for all tests of the project `packed`. */
export async function setup({ provide }: TestProject): Promise<void> {
  folder = mkdtempSync(path.join(tmpdir(), 'promwright-packed-'));
  const build = ['turbo', 'run', 'build', '--filter', './packages/*', '--output-logs=errors-only'];
  // As in tooling/setup, so that the packages which it built are not built again.
  const env = { PROMWRIGHT_NODE_VERSION: process.version };
  await pnpm(['exec', ...build], { cwd: root, env, timeoutMs: 600_000 });
  // pnpm puts "exports" of "publishConfig" in place; npm does not.
  await pnpm(['-r', '--filter', './packages/*', 'pack', '--pack-destination', folder], { cwd: root });
  for (const { name, manifest } of publishedPackages()) {
    mkdirSync(path.join(folder, name));
    await run('tar', ['-xzf', tarballIn(folder, name, manifest.version), '-C', path.join(folder, name)], {
      cwd: folder,
    });
  }
  provide('packedFolder', folder);
}

/** Deletes the tarballs and the unpacked files. */
export function teardown(): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Returns the path of the tarball of a package. */
export function tarballIn(packedFolder: string, name: string, version: string): string {
  return path.join(packedFolder, `promwright-${name}-${version}.tgz`);
}

/** Returns the paths of all files below a folder, sorted, with `/` between their parts. */
export function filesIn(parent: string): string[] {
  return readdirSync(parent, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(parent, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .sort();
}
