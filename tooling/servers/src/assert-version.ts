import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { BinaryOptions, FoundBinary } from './find-binary.ts';

/** Accepted versions of a program. */
export interface VersionDemand {
  readonly binary: BinaryOptions;
  /** True for accepted major and minor numbers. `overridden` is true if an environment variable names the binary. */
  accepts(major: number, minor: number, overridden: boolean): boolean;
  /** Demand of `accepts` in words, for the error. */
  readonly demand: string;
}

/** Throws if the output of a program's flag `--version` has no accepted version. */
export async function assertVersion(
  { binary, accepts, demand }: VersionDemand,
  { path: file, overridden }: FoundBinary,
): Promise<void> {
  const { stdout, stderr } = await promisify(execFile)(file, ['--version'], { timeout: 10_000 }).catch(
    (error: Error) => ({ stdout: '', stderr: error.message }),
  );
  const version = /version (\d+)\.(\d+)\S*/.exec(stdout + stderr);
  if (version && accepts(Number(version[1]), Number(version[2]), overridden)) return;
  const found = version?.[0] ?? 'no version';
  const remedy = overridden ? '' : `; set ${binary.variable}=/path/to/${binary.file.split('/').at(-1)}`;
  throw new Error(`${binary.title} must have version ${demand}; got ${found} from "${file}"${remedy}`);
}
