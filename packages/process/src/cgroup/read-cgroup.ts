import path from 'node:path';
import { readLater, readNow } from '../read-file.ts';
import type { CgroupPlaces } from './cgroup-places.ts';
import type { CgroupReading, PidsReading, SlowFiles } from './cgroup-reading.ts';
import { least, wholeNumber } from './flat-keyed.ts';
import { parsePressure } from './pressure.ts';
import { cpuStatFile, readCpu } from './read-cpu.ts';
import { memoryStatFile, readMemory } from './read-memory.ts';

const RESOURCES = ['cpu', 'memory', 'io'] as const;

/** Reads ahead what may hold up whoever waits for it. */
export async function readSlowFiles(places: CgroupPlaces): Promise<SlowFiles> {
  const [memoryStat, cpuStat] = await Promise.all(
    [memoryStatFile(places), cpuStatFile(places)].map((file) => (file === undefined ? undefined : readLater(file))),
  );
  return { memoryStat, cpuStat };
}

/** Reads the rest, some ten files of some microseconds each. */
export function readCgroup(places: CgroupPlaces, { memoryStat, cpuStat }: SlowFiles): CgroupReading {
  const { unified } = places;
  return {
    memory: readMemory(places, memoryStat),
    cpu: readCpu(places, cpuStat),
    pids: readPids(places),
    pressure: new Map(
      RESOURCES.map((resource) => [
        resource,
        parsePressure(unified && readNow(path.join(unified.folder, `${resource}.pressure`))),
      ]),
    ),
  };
}

function readPids({ byController, unified }: CgroupPlaces): PidsReading {
  const place = byController.get('pids') ?? unified;
  if (place === undefined) return { current: undefined, limit: undefined };
  return {
    current: wholeNumber(readNow(path.join(place.folder, 'pids.current'))),
    limit: least(...place.chain.map((each) => wholeNumber(readNow(path.join(each, 'pids.max'))))),
  };
}
