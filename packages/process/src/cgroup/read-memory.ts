import type { CgroupPlaces } from './cgroup-places.ts';
import type { CgroupSources, MemoryReading } from './cgroup-reading.ts';
import { flatKeyedInteger, min, parseInteger } from './numbers.ts';

/** Limits from here on mean no limit in version 1: the kernel writes the greatest number of whole pages. */
const NO_LIMIT = 2 ** 62;
const EVENTS = ['low', 'high', 'max', 'oom', 'oom_kill'] as const;

/** Reads the memory of a cgroup, from version 1 if the `memory` controller is mounted there, else from version 2. */
export function readMemory(places: CgroupPlaces, sources: CgroupSources): MemoryReading {
  const versionOne = places.byController.get('memory');
  if (versionOne !== undefined) return readVersion1(versionOne.folder, sources);
  return places.unified === undefined ? { ...NO_READING } : readVersion2(places.unified, sources);
}

/** Returns the path of `memory.stat`. */
export function memoryStatFile({ byController, unified }: CgroupPlaces): string | undefined {
  const folder = (byController.get('memory') ?? unified)?.folder;
  return folder === undefined ? undefined : `${folder}/memory.stat`;
}

const NO_READING: MemoryReading = {
  usage: undefined,
  limit: undefined,
  resident: undefined,
  workingSet: undefined,
  events: [],
};

function readVersion2(
  { folder, chain }: { readonly folder: string; readonly chain: readonly string[] },
  { memoryStat: stat, read, readLimit }: CgroupSources,
): MemoryReading {
  const usage = parseInteger(read(`${folder}/memory.current`));
  const events = read(`${folder}/memory.events`);
  return {
    usage,
    limit: min(...chain.map((each) => parseInteger(readLimit(`${each}/memory.max`)))),
    resident: flatKeyedInteger(stat, 'anon'),
    workingSet: subtract(usage, flatKeyedInteger(stat, 'inactive_file')),
    events: EVENTS.map((event) => [event, flatKeyedInteger(events, event)]),
  };
}

function readVersion1(folder: string, { memoryStat: stat, read, readLimit }: CgroupSources): MemoryReading {
  const usage = parseInteger(read(`${folder}/memory.usage_in_bytes`));
  return {
    usage,
    limit: min(
      limitOrUndefined(parseInteger(readLimit(`${folder}/memory.limit_in_bytes`))),
      limitOrUndefined(flatKeyedInteger(stat, 'hierarchical_memory_limit')),
    ),
    resident: flatKeyedInteger(stat, 'total_rss') ?? flatKeyedInteger(stat, 'rss'),
    workingSet: subtract(usage, flatKeyedInteger(stat, 'total_inactive_file')),
    events: [
      ['max', parseInteger(read(`${folder}/memory.failcnt`))],
      ['oom_kill', flatKeyedInteger(read(`${folder}/memory.oom_control`), 'oom_kill')],
    ],
  };
}

function limitOrUndefined(bytes: number | undefined): number | undefined {
  return bytes !== undefined && bytes < NO_LIMIT ? bytes : undefined;
}

function subtract(usage: number | undefined, part: number | undefined): number | undefined {
  // The two files are read one after the other, and may not match exactly.
  return usage === undefined || part === undefined ? undefined : Math.max(0, usage - part);
}
