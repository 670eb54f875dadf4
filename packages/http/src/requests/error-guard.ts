import type { Counter } from '@promwright/metrics';
import { notify } from '@promwright/model';

interface ErrorOptions {
  readonly onError?: (error: unknown) => void;
}

/** Keeps errors of the instrumentation away from the application: counts them and reports them to the option `onError`. */
export class ErrorGuard {
  readonly #errors: Counter;
  readonly #options: ErrorOptions;

  constructor(errors: Counter, options: ErrorOptions) {
    this.#errors = errors;
    this.#options = options;
  }

  /** Counts and reports an error. Never throws. */
  report(error: unknown): void {
    this.#errors.inc();
    notify(this.#options.onError, error);
  }

  /**
   * Returns `run(a, b, c)`. If the call throws, reports the error and returns `fallback`. Takes the arguments one by one,
   * because a closure or an array for each request would cost more than the call.
   */
  guarded<T, A, B, C>(fallback: T, run: (a: A, b: B, c: C) => T, a: A, b?: B, c?: C): T {
    try {
      return run(a, b as B, c as C);
    } catch (error) {
      this.report(error);
      return fallback;
    }
  }
}
