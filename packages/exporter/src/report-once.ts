/**
 * Tells of the first of several failures in a row, and of no other, so that a server that is away for a day is told of once.
 * Nothing here throws, whatever the one who is told does.
 */
export class ReportOnce<E = unknown> {
  readonly #tell: (error: E) => void;
  #isTold = false;

  constructor(tell: (error: E) => void) {
    this.#tell = tell;
  }

  /** It failed. */
  failed(error: E): void {
    if (this.#isTold) return;
    this.#isTold = true;
    try {
      this.#tell(error);
    } catch {
      // Nobody is left to be told.
    }
  }

  /** It worked. */
  ended(): void {
    this.#isTold = false;
  }
}
