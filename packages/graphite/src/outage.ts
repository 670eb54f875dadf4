/** Tells of the first of many failures in a row. */
export class Outage {
  readonly #report: (error: Error) => void;
  #isOn = false;

  constructor(report: (error: Error) => void) {
    this.#report = report;
  }

  /** It failed. Never throws. */
  began(error: Error): void {
    if (this.#isOn) return;
    this.#isOn = true;
    try {
      this.#report(error);
    } catch {
      // Nobody is left to be told.
    }
  }

  /** It worked. */
  ended(): void {
    this.#isOn = false;
  }
}
