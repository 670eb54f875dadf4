import path from 'node:path';
import { debianPackages } from './debian-packages.ts';
import type { DebianSuite } from './debian-sources.ts';
import { isExecutable } from './find-executable.ts';

/** Where a program comes from. */
export interface BinaryOptions {
  /** What is missing when it cannot be found, for the error: `Prometheus 3`. */
  readonly title: string;
  /** The environment variable that names a binary to use instead. */
  readonly variable: string;
  readonly suite: DebianSuite;
  readonly packages: readonly string[];
  /** The place of the binary inside the unpacked packages: `usr/bin/prometheus`. */
  readonly file: string;
}

/** A program that can be started. */
export interface FoundBinary {
  readonly path: string;
  /** Whether the environment variable chose it. */
  readonly overridden: boolean;
}

/** Finds a program: the one that the environment variable names, else the one in Debian's packages, fetched if needed. */
export async function findBinary(options: BinaryOptions): Promise<FoundBinary> {
  const { title, variable } = options;
  const chosen = process.env[variable];
  if (chosen) {
    if (!(await isExecutable(chosen))) throw new Error(`${variable} must name an executable file; got "${chosen}"`);
    return { path: chosen, overridden: true };
  }
  try {
    const root = await debianPackages(options.suite, options.packages);
    return { path: path.join(root, options.file), overridden: false };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const example = `/path/to/${path.basename(options.file)}`;
    throw new Error(`${title} cannot be had here: ${reason}; set ${variable}=${example}`, { cause: error });
  }
}
