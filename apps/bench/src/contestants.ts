import type { Contestant, Settings } from './group.ts';
import type { Instruments, Library } from './libraries/library.ts';
import { loadOpenTelemetry, OPEN_TELEMETRY, type OpenTelemetryInstruments } from './libraries/open-telemetry.ts';
import { official, platformatic, promClient } from './libraries/prom-family.ts';
import { promwright } from './libraries/promwright.ts';
import { measureTime, type Operation } from './measure-time.ts';

/** Returns Promwright and the libraries with the same API as contestants, each timed at the same operation. */
export function timedLibraries(
  prepare: (instruments: Instruments, settings: Settings) => Operation,
): [Contestant, ...Contestant[]] {
  const contestant = ({ name, load }: Library): Contestant => ({
    name,
    start: async (settings) => measureTime(prepare(await load(), settings), settings),
  });
  return [contestant(promwright), contestant(official), contestant(promClient), contestant(platformatic)];
}

/** Returns OpenTelemetry as a contestant, timed at an operation. */
export function timedOpenTelemetry(
  prepare: (instruments: OpenTelemetryInstruments, settings: Settings) => Operation,
): Contestant {
  return {
    name: OPEN_TELEMETRY,
    start: async (settings) => measureTime(prepare(await loadOpenTelemetry(settings.series), settings), settings),
  };
}

/** Returns any other code as a contestant, timed at one operation. */
export function timedContestant(
  name: string,
  prepare: (settings: Settings) => Operation | Promise<Operation>,
): Contestant {
  return { name, start: async (settings) => measureTime(await prepare(settings), settings) };
}
