/** How long tasks were held up for want of something, in seconds since the kernel counts. */
export interface Pressure {
  /** Some of them. */
  readonly waiting: number | undefined;
  /** All of them at once. */
  readonly stalled: number | undefined;
}

/** Reads a file of pressure stall information, such as `cpu.pressure`. */
export function parsePressure(text: string | undefined): Pressure {
  const total = (kind: string) => {
    const [, microseconds] = new RegExp(`^${kind} .*total=(\\d+)`, 'm').exec(text ?? '') ?? [];
    return microseconds === undefined ? undefined : Number(microseconds) / 1e6;
  };
  return { waiting: total('some'), stalled: total('full') };
}
