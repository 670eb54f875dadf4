/** Divides long work, so that the program's other work is not held up. */
export class TimeSlices {
  #steps = 0;
  #end = performance.now() + SLICE_MS / 2;

  /** Whether it is time for others. To be asked for each of many small steps. */
  isOver(): boolean {
    if (++this.#steps % STEPS_PER_CHECK !== 0) return false;
    return performance.now() >= this.#end;
  }

  /** Lets timers and I/O run. */
  async pause(): Promise<void> {
    await nextTurn();
    this.#end = performance.now() + SLICE_MS;
  }
}

/** A fifth of what may be noticed: the rest is for what cannot be foreseen, such as collecting garbage. */
const SLICE_MS = 2;
/** Some twenty microseconds of work. */
const STEPS_PER_CHECK = 64;

/** Not by `setImmediate`, which would keep the program running. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, 0).unref());
}
