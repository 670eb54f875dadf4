import type { ReadText } from '../read-file.ts';
import type { CgroupPlaces } from './cgroup-places.ts';
import type { CgroupSources, CpuReading } from './cgroup-reading.ts';
import { divide, flatKeyedInteger, min, parseInteger } from './numbers.ts';

/** Reads the CPU time of a cgroup, from version 1 if the `cpu` controller is mounted there, else from version 2. */
export function readCpu(places: CgroupPlaces, { cpuStat: stat, read, readLimit }: CgroupSources): CpuReading {
  const { byController, unified } = places;
  const versionOne = byController.get('cpu');
  if (versionOne !== undefined) {
    const accounting = byController.get('cpuacct');
    return {
      usageSeconds: accounting && divide(parseInteger(read(`${accounting.folder}/cpuacct.usage`)), 1e9),
      limit: min(...versionOne.chain.map((folder) => limitInVersion1(folder, readLimit))),
      periods: flatKeyedInteger(stat, 'nr_periods'),
      throttledPeriods: flatKeyedInteger(stat, 'nr_throttled'),
      throttledSeconds: divide(flatKeyedInteger(stat, 'throttled_time'), 1e9),
    };
  }
  return {
    usageSeconds: divide(flatKeyedInteger(stat, 'usage_usec'), 1e6),
    limit: min(...(unified?.chain ?? []).map((folder) => limitInVersion2(folder, readLimit))),
    periods: flatKeyedInteger(stat, 'nr_periods'),
    throttledPeriods: flatKeyedInteger(stat, 'nr_throttled'),
    throttledSeconds: divide(flatKeyedInteger(stat, 'throttled_usec'), 1e6),
  };
}

/** Returns the path of `cpu.stat`. */
export function cpuStatFile({ byController, unified }: CgroupPlaces): string | undefined {
  const folder = (byController.get('cpu') ?? unified)?.folder;
  return folder === undefined ? undefined : `${folder}/cpu.stat`;
}

function limitInVersion2(folder: string, readLimit: ReadText): number | undefined {
  const [quota, period] = (readLimit(`${folder}/cpu.max`) ?? '').split(' ').map(parseInteger);
  return quotaPerPeriod(quota, period);
}

function limitInVersion1(folder: string, readLimit: ReadText): number | undefined {
  // -1 means no quota, and is not an integer for `parseInteger`.
  const quota = parseInteger(readLimit(`${folder}/cpu.cfs_quota_us`));
  return quota === undefined
    ? undefined
    : quotaPerPeriod(quota, parseInteger(readLimit(`${folder}/cpu.cfs_period_us`)));
}

function quotaPerPeriod(quota: number | undefined, period: number | undefined): number | undefined {
  return quota !== undefined && period !== undefined && period > 0 ? quota / period : undefined;
}
