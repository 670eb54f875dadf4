/** How long tasks were held up for want of something, in seconds since the kernel counts. */
export interface Pressure {
  /** Some of them. */
  readonly waiting: number | undefined;
  /** All of them at once. */
  readonly stalled: number | undefined;
}

const WAITING = /^some .*total=(\d+)/m;
const STALLED = /^full .*total=(\d+)/m;

/** Reads a file of pressure stall information, such as `cpu.pressure`. */
export function parsePressure(text: string | undefined): Pressure {
  return { waiting: secondsIn(text, WAITING), stalled: secondsIn(text, STALLED) };
}

function secondsIn(text: string | undefined, total: RegExp): number | undefined {
  const [, microseconds] = total.exec(text ?? '') ?? [];
  return microseconds === undefined ? undefined : Number(microseconds) / 1e6;
}
