import { openSync, writeSync } from 'node:fs';

/** Increments in each tick of a timer. */
const INCREMENTS = 10;
const TICK_MS = 20;

/** Increments of a member in a second, at most. */
export const INCREMENTS_PER_SECOND: number = INCREMENTS * (1000 / TICK_MS);

/**
 * Counts all the time. After each increment the true count is written to a file, where it survives the process.
 * @param increment counts once, with one of two labels, and observes a duration in seconds
 */
export function startCounting(truthFile: string, increment: (kind: 'even' | 'odd', seconds: number) => void): void {
  const truth = openSync(truthFile, 'w');
  const bytes = Buffer.alloc(8);
  let count = 0;
  setInterval(() => {
    for (let i = 0; i < INCREMENTS; i++) {
      increment(count % 2 === 0 ? 'even' : 'odd', ((count % 100) + 1) / 50);
      bytes.writeDoubleLE(++count);
      writeSync(truth, bytes, 0, 8, 0);
    }
  }, TICK_MS);
}
