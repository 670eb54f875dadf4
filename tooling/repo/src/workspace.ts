import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The fields of a `package.json` that the checks read. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** A package that we publish. Paths are relative to the root of the repository. */
export interface PublishedPackage {
  /** The folder's name, which is the npm name without its scope. */
  readonly name: string;
  /** `packages/<name>`. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** TypeScript files that are shipped. */
  readonly sources: readonly string[];
  /** TypeScript files that are not shipped: tests and benchmarks. */
  readonly tests: readonly string[];
}

/** The root of the repository. */
export const root: string = path.resolve(import.meta.dirname, '../../..');

/** The text of a file, by its path from the root of the repository. */
export function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

/** Every file that is tracked or would be with `git add --all`: a new file is held to the rules before it is committed. */
export function repositoryFiles(): string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 })
    .split('\0')
    .filter((file) => file !== '' && existsSync(path.join(root, file)));
}

/** Whether a TypeScript file is a test (of behaviour or of types), or what only tests use. */
export function isTest(file: string): boolean {
  return /\.test(-d)?\.ts$/.test(file) || /\/(?:bench|test)\//.test(file);
}

/** The packages of `packages/*`, as they are in the folders now. */
export function publishedPackages(files: readonly string[] = repositoryFiles()): PublishedPackage[] {
  return files
    .filter((file) => /^packages\/[^/]+\/package\.json$/.test(file))
    .map((file) => {
      const folder = path.posix.dirname(file);
      const code = files.filter((candidate) => candidate.startsWith(`${folder}/`) && /\.[cm]?ts$/.test(candidate));
      return {
        name: path.posix.basename(folder),
        folder,
        manifest: JSON.parse(read(file)) as Manifest,
        sources: code.filter((candidate) => candidate.startsWith(`${folder}/src/`) && !isTest(candidate)),
        tests: code.filter((candidate) => isTest(candidate)),
      };
    });
}

/** The entry points of a package that hold code, each with its source file. */
export function entries(pkg: Pick<PublishedPackage, 'folder' | 'manifest'>): { entry: string; source: string }[] {
  return Object.keys(pkg.manifest.exports ?? {})
    .filter((entry) => entry !== './package.json')
    .map((entry) => ({ entry, source: `${pkg.folder}/src/${entry === '.' ? 'index' : entry.slice(2)}.ts` }));
}

/** The source files of the commands that a package installs. */
export function commands(pkg: Pick<PublishedPackage, 'folder' | 'manifest'>): string[] {
  return Object.values(pkg.manifest.bin ?? {}).map((file) =>
    path.posix.join(pkg.folder, file.replace(/^(?:\.\/)?dist\//, 'src/').replace(/\.mjs$/, '.ts')),
  );
}
