import type { CgroupPlaces } from './cgroup-places.ts';
import type { CgroupReading, CgroupSources, PidsReading } from './cgroup-reading.ts';
import { min, parseInteger } from './numbers.ts';
import { parsePressure } from './pressure.ts';
import { readCpu } from './read-cpu.ts';
import { readMemory } from './read-memory.ts';

const RESOURCES = ['cpu', 'memory', 'io'] as const;

/** Reads all numbers of a cgroup: some ten files, some microseconds each. */
export function readCgroup(places: CgroupPlaces, sources: CgroupSources): CgroupReading {
  const { unified } = places;
  return {
    memory: readMemory(places, sources),
    cpu: readCpu(places, sources),
    pids: readPids(places, sources),
    // Version 1 has no files of pressure.
    pressure: new Map(
      RESOURCES.map((resource) => [
        resource,
        parsePressure(unified && sources.read(`${unified.folder}/${resource}.pressure`)),
      ]),
    ),
  };
}

function readPids({ byController, unified }: CgroupPlaces, { read, readLimit }: CgroupSources): PidsReading {
  const place = byController.get('pids') ?? unified;
  if (place === undefined) return { current: undefined, limit: undefined };
  return {
    current: parseInteger(read(`${place.folder}/pids.current`)),
    limit: min(...place.chain.map((each) => parseInteger(readLimit(`${each}/pids.max`)))),
  };
}
