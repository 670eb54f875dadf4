import type { ReadText } from '../read-file.ts';
import type { CgroupPlaces } from './cgroup-places.ts';
import type { CgroupTexts, CpuReading } from './cgroup-reading.ts';
import { flatKeyed, least, per, wholeNumber } from './flat-keyed.ts';

/** Reads the processor time of a cgroup, of the version that has its controller. */
export function readCpu(places: CgroupPlaces, { cpuStat: stat, read, readLimit }: CgroupTexts): CpuReading {
  const { byController, unified } = places;
  const one = byController.get('cpu');
  if (one !== undefined) {
    const accounting = byController.get('cpuacct');
    return {
      usageSeconds: accounting && per(1e9, wholeNumber(read(`${accounting.folder}/cpuacct.usage`))),
      limit: least(...one.chain.map((folder) => limitOfOne(folder, readLimit))),
      periods: flatKeyed(stat, 'nr_periods'),
      throttledPeriods: flatKeyed(stat, 'nr_throttled'),
      throttledSeconds: per(1e9, flatKeyed(stat, 'throttled_time')),
    };
  }
  return {
    usageSeconds: per(1e6, flatKeyed(stat, 'usage_usec')),
    limit: least(...(unified?.chain ?? []).map((folder) => limitOfTwo(folder, readLimit))),
    periods: flatKeyed(stat, 'nr_periods'),
    throttledPeriods: flatKeyed(stat, 'nr_throttled'),
    throttledSeconds: per(1e6, flatKeyed(stat, 'throttled_usec')),
  };
}

/** Where the file `cpu.stat` is. */
export function cpuStatFile({ byController, unified }: CgroupPlaces): string | undefined {
  const folder = (byController.get('cpu') ?? unified)?.folder;
  return folder === undefined ? undefined : `${folder}/cpu.stat`;
}

function limitOfTwo(folder: string, readLimit: ReadText): number | undefined {
  const [quota, period] = (readLimit(`${folder}/cpu.max`) ?? '').split(' ').map(wholeNumber);
  return ratio(quota, period);
}

function limitOfOne(folder: string, readLimit: ReadText): number | undefined {
  // No quota is -1, which is not an integer here.
  const quota = wholeNumber(readLimit(`${folder}/cpu.cfs_quota_us`));
  return quota === undefined ? undefined : ratio(quota, wholeNumber(readLimit(`${folder}/cpu.cfs_period_us`)));
}

function ratio(quota: number | undefined, period: number | undefined): number | undefined {
  return quota !== undefined && period !== undefined && period > 0 ? quota / period : undefined;
}
