import path from 'node:path';
import { debianPackages } from './debian-packages.ts';
import type { DebianSuite } from './debian-sources.ts';
import { isExecutable } from './find-executable.ts';

/** Source of a program. */
export interface BinaryOptions {
  /** Name of the program for errors, such as `Prometheus 3`. */
  readonly title: string;
  /** Environment variable that names a binary to use instead of Debian's. */
  readonly variable: string;
  readonly suite: DebianSuite;
  readonly packages: readonly string[];
  /** Path of the binary inside the unpacked packages, such as `usr/bin/prometheus`. */
  readonly file: string;
}

/** Executable program. */
export interface FoundBinary {
  readonly path: string;
  /** True if the environment variable names the program. */
  readonly overridden: boolean;
}

/** Finds a program: named by the environment variable, else in Debian's packages, which are fetched if needed. */
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
    throw new Error(`${title} is not available here: ${reason}; set ${variable}=${example}`, { cause: error });
  }
}
