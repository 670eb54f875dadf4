import type { ReadText } from '../read-file.ts';
import type { Pressure } from './pressure.ts';

/** `T` with possibly missing numbers. */
type OrUndefined<T> = { readonly [K in keyof T]: T[K] | undefined };

/** Memory of a cgroup, in bytes. */
export type MemoryReading = OrUndefined<{
  usage: number;
  /** Smallest limit of the cgroup and its visible ancestors. */
  limit: number;
  /** Anonymous memory, not backed by files. */
  resident: number;
  /** Usage minus inactive file cache, the first memory to be reclaimed by the kernel. */
  workingSet: number;
}> & {
  /** Counts of memory events by name. */
  readonly events: readonly (readonly [event: string, count: number | undefined])[];
};

/** CPU time of a cgroup. */
export type CpuReading = OrUndefined<{
  usageSeconds: number;
  /** Limit as a number of CPUs. */
  limit: number;
  periods: number;
  throttledPeriods: number;
  throttledSeconds: number;
}>;

/** Number of tasks of a cgroup and their limit. */
export type PidsReading = OrUndefined<{ current: number; limit: number }>;

/** Numbers of a cgroup of either version. */
export interface CgroupReading {
  readonly memory: MemoryReading;
  readonly cpu: CpuReading;
  readonly pids: PidsReading;
  readonly pressure: ReadonlyMap<string, Pressure>;
}

/** Text of the files read ahead, and functions to read the others. */
export interface CgroupSources {
  readonly memoryStat: string | undefined;
  readonly cpuStat: string | undefined;
  readonly read: ReadText;
  /** Reads a file with a limit. */
  readonly readLimit: ReadText;
}
