/** Tells of the first of several failures in a row, and of no other, so that a server that is away for a day is told of once. */
export class Outage {
  readonly #tell: (error: unknown) => void;
  #isTold = false;

  constructor(tell: (error: unknown) => void) {
    this.#tell = tell;
  }

  failed(error: unknown): void {
    if (this.#isTold) return;
    this.#isTold = true;
    this.#tell(error);
  }

  ended(): void {
    this.#isTold = false;
  }
}
