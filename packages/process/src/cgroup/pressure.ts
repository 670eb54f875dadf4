/** Time for which tasks were delayed by a lack of a resource, in seconds since the kernel started counting. */
export interface Pressure {
  /** Time for which at least one task was delayed. */
  readonly waiting: number | undefined;
  /** Time for which all tasks were delayed at once. */
  readonly stalled: number | undefined;
}

const WAITING = /^some .*total=(\d+)/m;
const STALLED = /^full .*total=(\d+)/m;

/** Parses a file of pressure stall information (PSI), such as `cpu.pressure`. */
export function parsePressure(text: string | undefined): Pressure {
  return { waiting: secondsIn(text, WAITING), stalled: secondsIn(text, STALLED) };
}

function secondsIn(text: string | undefined, total: RegExp): number | undefined {
  const [, microseconds] = total.exec(text ?? '') ?? [];
  return microseconds === undefined ? undefined : Number(microseconds) / 1e6;
}
