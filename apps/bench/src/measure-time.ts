import { readClock } from './clock.ts';
import type { Sampler, Settings } from './group.ts';

/** What a library says, through its own API, of what was done with it. */
export interface Reading {
  /** Series that it shows. */
  readonly series: number;
  /** Increments or observations in all of them. */
  readonly total: number;
}

/** What several metrics hold together. */
export function sumOf(readings: readonly Reading[]): Reading {
  return readings.reduce((a, b) => ({ series: a.series + b.series, total: a.total + b.total }));
}

/** Something done again and again, and what must be there afterwards. */
export interface Operation {
  /** Does it as often as told. */
  run(times: number): void | Promise<void>;
  /** What the library holds. */
  read(): Reading | Promise<Reading>;
  /** What it must hold after nothing was run; each run then adds one to the total. */
  readonly initially: Reading;
}

/** Measures the nanoseconds that one operation takes. Returns when the operation is warm. */
export async function measureTime(operation: Operation, settings: Settings): Promise<Sampler> {
  const { clock, roundMs, warmUpMs } = settings;
  let batch = 1;
  let done = 0;

  const runBatch = async () => {
    const running = operation.run(batch);
    // A turn of the event loop is paid by those who make the caller wait, and by no others.
    if (running !== undefined) await running;
    done += batch;
  };
  /** Runs for some time; returns nanoseconds per operation. */
  const runFor = async (milliseconds: number, grow: boolean) => {
    const start = readClock(clock);
    const before = done;
    let last = start;
    for (;;) {
      await runBatch();
      const now = readClock(clock);
      // So long that reading the clock costs nothing beside it, so short that the end is not overrun by much.
      if (grow && now - last < 500_000 && batch < 65_536) batch *= 2;
      last = now;
      if (now - start >= milliseconds * 1e6) return (now - start) / (done - before);
    }
  };

  await runFor(warmUpMs, true);
  return {
    async sample() {
      // The contestants before this one have filled the caches with their own.
      await runFor(roundMs / 5, false);
      return runFor(roundMs, false);
    },
    async check() {
      const { initially } = operation;
      const { series, total } = await operation.read();
      if (series === initially.series && total === initially.total + done) return;
      throw new Error(
        `It shows ${series} series and ${total} operations; must be ${initially.series} and ${initially.total + done}`,
      );
    },
  };
}
