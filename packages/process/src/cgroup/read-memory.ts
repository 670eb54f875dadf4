import type { CgroupPlaces } from './cgroup-places.ts';
import type { CgroupTexts, MemoryReading } from './cgroup-reading.ts';
import { flatKeyed, least, wholeNumber } from './flat-keyed.ts';

/** How version 1 says that there is no limit: the greatest number of whole pages. */
const NO_LIMIT = 2 ** 62;
const EVENTS = ['low', 'high', 'max', 'oom', 'oom_kill'] as const;

/** Reads the memory of a cgroup, of the version that has its controller. */
export function readMemory(places: CgroupPlaces, texts: CgroupTexts): MemoryReading {
  const one = places.byController.get('memory');
  if (one !== undefined) return readOne(one.folder, texts);
  return places.unified === undefined ? { ...NOTHING } : readTwo(places.unified, texts);
}

/** Where the file `memory.stat` is. */
export function memoryStatFile({ byController, unified }: CgroupPlaces): string | undefined {
  const folder = (byController.get('memory') ?? unified)?.folder;
  return folder === undefined ? undefined : `${folder}/memory.stat`;
}

const NOTHING: MemoryReading = {
  usage: undefined,
  limit: undefined,
  resident: undefined,
  workingSet: undefined,
  events: [],
};

function readTwo(
  { folder, chain }: { readonly folder: string; readonly chain: readonly string[] },
  { memoryStat: stat, read, readLimit }: CgroupTexts,
): MemoryReading {
  const usage = wholeNumber(read(`${folder}/memory.current`));
  const events = read(`${folder}/memory.events`);
  return {
    usage,
    limit: least(...chain.map((each) => wholeNumber(readLimit(`${each}/memory.max`)))),
    resident: flatKeyed(stat, 'anon'),
    workingSet: without(usage, flatKeyed(stat, 'inactive_file')),
    events: EVENTS.map((event) => [event, flatKeyed(events, event)]),
  };
}

function readOne(folder: string, { memoryStat: stat, read, readLimit }: CgroupTexts): MemoryReading {
  const usage = wholeNumber(read(`${folder}/memory.usage_in_bytes`));
  return {
    usage,
    limit: least(
      limitOf(wholeNumber(readLimit(`${folder}/memory.limit_in_bytes`))),
      limitOf(flatKeyed(stat, 'hierarchical_memory_limit')),
    ),
    resident: flatKeyed(stat, 'total_rss') ?? flatKeyed(stat, 'rss'),
    workingSet: without(usage, flatKeyed(stat, 'total_inactive_file')),
    events: [
      ['max', wholeNumber(read(`${folder}/memory.failcnt`))],
      ['oom_kill', flatKeyed(read(`${folder}/memory.oom_control`), 'oom_kill')],
    ],
  };
}

function limitOf(bytes: number | undefined): number | undefined {
  return bytes !== undefined && bytes < NO_LIMIT ? bytes : undefined;
}

function without(usage: number | undefined, part: number | undefined): number | undefined {
  // The two are read one after the other, and may not fit each other quite.
  return usage === undefined || part === undefined ? undefined : Math.max(0, usage - part);
}
