import type { CgroupPlaces } from './cgroup-places.ts';
import type { CgroupReading, CgroupTexts, PidsReading } from './cgroup-reading.ts';
import { least, wholeNumber } from './flat-keyed.ts';
import { parsePressure } from './pressure.ts';
import { readCpu } from './read-cpu.ts';
import { readMemory } from './read-memory.ts';

const RESOURCES = ['cpu', 'memory', 'io'] as const;

/** Reads some ten files of some microseconds each. */
export function readCgroup(places: CgroupPlaces, texts: CgroupTexts): CgroupReading {
  const { unified } = places;
  return {
    memory: readMemory(places, texts),
    cpu: readCpu(places, texts),
    pids: readPids(places, texts),
    pressure: new Map(
      RESOURCES.map((resource) => [
        resource,
        parsePressure(unified && texts.read(`${unified.folder}/${resource}.pressure`)),
      ]),
    ),
  };
}

function readPids({ byController, unified }: CgroupPlaces, { read, readLimit }: CgroupTexts): PidsReading {
  const place = byController.get('pids') ?? unified;
  if (place === undefined) return { current: undefined, limit: undefined };
  return {
    current: wholeNumber(read(`${place.folder}/pids.current`)),
    limit: least(...place.chain.map((each) => wholeNumber(readLimit(`${each}/pids.max`)))),
  };
}
