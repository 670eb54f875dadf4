import path from 'node:path';

/** Name, without extension, of the file with the code or the types which several entry points of one package share. */
const SHARED = 'shared';

/** Names, without extension, of the bundles of a package. */
export interface BundleNames {
  /** Entry points: `index` for `.`, `fetch` for `./fetch`. */
  readonly entries: readonly string[];
  /** Commands, which exist as ES modules only and have no declarations. */
  readonly commands: readonly string[];
}

/**
 * Returns how the built files of a package differ from one bundle per entry point, format and kind (JavaScript, declarations). `files`
 * holds the text of each file by its name. A bundle may load one more file of the package, `shared`.
 */
export function bundleProblems({ entries, commands }: BundleNames, files: ReadonlyMap<string, string>): string[] {
  const problems: string[] = [];
  const reached = new Set<string>();
  for (const extension of ['mjs', 'cjs', 'd.mts', 'd.cts']) {
    for (const name of extension === 'mjs' ? [...entries, ...commands] : entries) {
      const own = `${name}.${extension}`;
      const shared = `${SHARED}.${extension}`;
      for (const loaded of loadedFiles(own, files)) {
        reached.add(loaded);
        if (!files.has(loaded)) problems.push(`${own} needs ${loaded}, which is missing`);
        else if (loaded !== own && loaded !== shared) problems.push(`${own} loads ${loaded}, not only ${shared}`);
      }
    }
  }
  for (const file of files.keys()) {
    if (!reached.has(file)) problems.push(`${file} belongs to no entry point`);
  }
  return problems;
}

/** Returns the file itself and all files of the same package which it loads, directly or not. */
function loadedFiles(start: string, files: ReadonlyMap<string, string>): Set<string> {
  const found = new Set([start]);
  for (const file of found) {
    for (const [, specifier = ''] of (files.get(file) ?? '').matchAll(
      /(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*["'](\.[^"']*)["']/g,
    )) {
      const loaded = path.posix.join(path.posix.dirname(file), specifier);
      found.add(file.includes('.d.') ? loaded.replace(/\.([cm])js$/, '.d.$1ts') : loaded);
    }
  }
  return found;
}
