/** Number of lines of the first step: some milliseconds of work, if the engine has not compiled the code yet. */
const FIRST_LINES = 32;

/** Numbers of lines to render between two readings of the clock: few at first, while the code is slow, then more. */
export class Pace {
  #lines = FIRST_LINES;

  /**
   * Returns the number of rows of the next step.
   * @param perSeries lines of each row
   * @param maxLines lines of each step once the code is fast
   */
  rows(perSeries: number, maxLines: number): number {
    const lines = Math.min(this.#lines, maxLines);
    if (lines < maxLines) this.#lines *= 2;
    return Math.max(1, Math.floor(lines / perSeries));
  }
}
