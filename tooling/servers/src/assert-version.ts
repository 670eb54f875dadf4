import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { BinaryOptions, FoundBinary } from './find-binary.ts';

/** Which versions of a program will do. */
export interface VersionDemand {
  readonly binary: BinaryOptions;
  /** Whether a version serves, given as major and minor number; `overridden` if somebody named the binary. */
  accepts(major: number, minor: number, overridden: boolean): boolean;
  /** What `accepts` demands, for the error. */
  readonly demand: string;
}

/** Refuses a program of another version than what is demanded, by what its flag `--version` says. */
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
