import { notify } from '@promwright/model';

/**
 * Reports only the first of consecutive failures, so that a server that is down all day is reported once. Never throws:
 * exceptions and rejections of the callback are ignored.
 */
export class ReportOnce<E = unknown> {
  readonly #report: (error: E) => void;
  #isReported = false;

  /** @param report called with the first of consecutive failures */
  constructor(report: (error: E) => void) {
    this.#report = report;
  }

  /** Records a failure, and reports it unless the previous attempt failed too. */
  failed(error: E): void {
    if (this.#isReported) return;
    this.#isReported = true;
    notify(this.#report, error);
  }

  /** Records a success: the next failure is reported again. */
  succeeded(): void {
    this.#isReported = false;
  }
}
