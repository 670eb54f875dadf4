import { readClock } from './clock.ts';
import type { Sampler, Settings } from './group.ts';

/** Series and total that a library reports through its own API. */
export interface Reading {
  /** Number of series. */
  readonly series: number;
  /** Number of increments or observations in all series. */
  readonly total: number;
}

/** Adds up the series and totals of several metrics. */
export function sumOf(readings: readonly Reading[]): Reading {
  return readings.reduce((a, b) => ({ series: a.series + b.series, total: a.total + b.total }));
}

/** Repeated operation, and the state that it must leave. */
export interface Operation {
  /** Runs the operation `times` times. */
  run(times: number): void | Promise<void>;
  /** Returns the current series and total of the library. */
  read(): Reading | Promise<Reading>;
  /** Series and total before the first run. Each run must add one to the total. */
  readonly initially: Reading;
}

/** Measures the nanoseconds of one operation. Resolves once the operation is warm. */
export async function measureTime(operation: Operation, settings: Settings): Promise<Sampler> {
  const { clock, roundMs, warmUpMs } = settings;
  let batch = 1;
  let done = 0;

  const runBatch = async () => {
    const running = operation.run(batch);
    // Only asynchronous operations pay for a turn of the event loop.
    if (running !== undefined) await running;
    done += batch;
  };
  /** Runs for some time and returns nanoseconds per operation. */
  const runFor = async (milliseconds: number, grow: boolean) => {
    const start = readClock(clock);
    const before = done;
    let last = start;
    for (;;) {
      await runBatch();
      const now = readClock(clock);
      // Long enough to make the cost of reading the clock negligible, short enough to end close to the planned time.
      if (grow && now - last < 500_000 && batch < 65_536) batch *= 2;
      last = now;
      if (now - start >= milliseconds * 1e6) return (now - start) / (done - before);
    }
  };

  await runFor(warmUpMs, true);
  return {
    async sample() {
      // Earlier contestants have filled the processor's caches with their data.
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
