import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Fields of a `package.json` that the checks read. */
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

/** Published package. Paths are relative to the root of the repository. */
export interface PublishedPackage {
  /** Name of the folder: the npm name without its scope. */
  readonly name: string;
  /** `packages/<name>`. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** Shipped TypeScript files. */
  readonly sources: readonly string[];
  /** TypeScript files of tests and benchmarks, which are not shipped. */
  readonly tests: readonly string[];
}

/** Root folder of the repository. */
export const root: string = path.resolve(import.meta.dirname, '../../..');

/** Returns the text of a file, by its path from the root of the repository. */
export function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

/** Returns every tracked or addable file (`git add --all`): the rules also apply to new files before a commit. */
export function repositoryFiles(): string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 })
    .split('\0')
    .filter((file) => file !== '' && existsSync(path.join(root, file)));
}

/** True for a TypeScript file that is a test (of behaviour or of types), or that only tests use. */
export function isTest(file: string): boolean {
  return /\.test(-d)?\.ts$/.test(file) || /\/(?:bench|test)\//.test(file);
}

/** Returns the packages of `packages/*`, with the current files of the folders. */
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

/** Returns the entry points of a package with code, each with its source file. */
export function entries(pkg: Pick<PublishedPackage, 'folder' | 'manifest'>): { entry: string; source: string }[] {
  return Object.keys(pkg.manifest.exports ?? {})
    .filter((entry) => entry !== './package.json')
    .map((entry) => ({ entry, source: `${pkg.folder}/src/${entry === '.' ? 'index' : entry.slice(2)}.ts` }));
}

/** Returns the source files of the commands that a package installs. */
export function commands(pkg: Pick<PublishedPackage, 'folder' | 'manifest'>): string[] {
  return Object.values(pkg.manifest.bin ?? {}).map((file) =>
    path.posix.join(pkg.folder, file.replace(/^(?:\.\/)?dist\//, 'src/').replace(/\.mjs$/, '.ts')),
  );
}
