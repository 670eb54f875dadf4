/** Divides long work, so that other work of the program is not blocked. */
export class TimeSlices {
  #steps = 0;
  #end = performance.now() + SLICE_MS / 2;

  /** Returns true if it is time to pause. The caller must call this method at each of many small steps. */
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

/** Length of a slice: a fifth of a noticeable delay. The rest is for unforeseen work, such as garbage collection. */
const SLICE_MS = 2;
/** Number of steps between two readings of the clock, which take about twenty microseconds. */
const STEPS_PER_CHECK = 64;

/** Resolves in the next turn of the event loop. Uses an unref'ed timer: `setImmediate` would keep the process alive. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, 0).unref());
}
