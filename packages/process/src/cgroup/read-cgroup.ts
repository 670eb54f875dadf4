import path from 'node:path';
import { type ReadText, readNow } from '../read-file.ts';
import type { CgroupPlaces } from './cgroup-places.ts';
import type { CgroupReading, PidsReading } from './cgroup-reading.ts';
import { least, wholeNumber } from './flat-keyed.ts';
import { parsePressure } from './pressure.ts';
import { readCpu } from './read-cpu.ts';
import { readMemory } from './read-memory.ts';

/** What of a cgroup is not read anew each time. */
export interface KnownTexts {
  readonly memoryStat: string | undefined;
  readonly cpuStat: string | undefined;
  /** Reads a file that says how much there may be of something. */
  readonly readLimit: ReadText;
}

const RESOURCES = ['cpu', 'memory', 'io'] as const;

/** Reads some ten files of some microseconds each. */
export function readCgroup(places: CgroupPlaces, { memoryStat, cpuStat, readLimit }: KnownTexts): CgroupReading {
  const { unified } = places;
  return {
    memory: readMemory(places, memoryStat, readLimit),
    cpu: readCpu(places, cpuStat, readLimit),
    pids: readPids(places, readLimit),
    pressure: new Map(
      RESOURCES.map((resource) => [
        resource,
        parsePressure(unified && readNow(path.join(unified.folder, `${resource}.pressure`))),
      ]),
    ),
  };
}

function readPids({ byController, unified }: CgroupPlaces, readLimit: ReadText): PidsReading {
  const place = byController.get('pids') ?? unified;
  if (place === undefined) return { current: undefined, limit: undefined };
  return {
    current: wholeNumber(readNow(path.join(place.folder, 'pids.current'))),
    limit: least(...place.chain.map((each) => wholeNumber(readLimit(path.join(each, 'pids.max'))))),
  };
}
