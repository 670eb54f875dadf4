import type { ReadText } from '../read-file.ts';
import type { Pressure } from './pressure.ts';

/** Numbers that are there or not. */
type OrUndefined<T> = { readonly [K in keyof T]: T[K] | undefined };

/** What a cgroup tells of its memory, in bytes. */
export type MemoryReading = OrUndefined<{
  usage: number;
  /** The least of its own limit and of those above it that can be seen. */
  limit: number;
  /** What no file backs. */
  resident: number;
  /** Usage without what the kernel would give up first. */
  workingSet: number;
}> & {
  /** How often something happened, by its name. */
  readonly events: readonly (readonly [event: string, count: number | undefined])[];
};

/** What a cgroup tells of its processor time. */
export type CpuReading = OrUndefined<{
  usageSeconds: number;
  /** In processors. */
  limit: number;
  periods: number;
  throttledPeriods: number;
  throttledSeconds: number;
}>;

/** What a cgroup tells of its tasks. */
export type PidsReading = OrUndefined<{ current: number; limit: number }>;

/** What a cgroup tells, of either version. */
export interface CgroupReading {
  readonly memory: MemoryReading;
  readonly cpu: CpuReading;
  readonly pids: PidsReading;
  readonly pressure: ReadonlyMap<string, Pressure>;
}

/** How the files of a cgroup are read. */
export interface CgroupSources {
  readonly memoryStat: string | undefined;
  readonly cpuStat: string | undefined;
  readonly read: ReadText;
  /** Reads a file that says how much there may be of something. */
  readonly readLimit: ReadText;
}
