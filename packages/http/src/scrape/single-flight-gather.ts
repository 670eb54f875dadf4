import { abortable } from '@promwright/exporter';
import type { Gatherer, MetricFamily } from '@promwright/model';

/** How one scrape wants to gather. */
export interface SingleFlightGatherOptions {
  readonly names: readonly string[];
  readonly strict: boolean;
  /** For one collector. */
  readonly collectorMs: number;
  /** When this scrape is to have an answer, on the clock of `performance.now()`. */
  readonly deadlineMs: number;
  /** Aborted when its reader has left or its time is over. */
  readonly signal: AbortSignal;
}

interface Run {
  readonly families: Promise<readonly MetricFamily[]>;
  readonly deadlineMs: number;
  readonly collectorMs: number;
  readonly abort: AbortController;
  readers: number;
  isOver: boolean;
}

/** Gathers once for scrapes that overlap and ask for the same. */
export class SingleFlightGather {
  readonly #runs = new Map<string, Run>();

  /**
   * The families, of a gathering that is under way or of a new one. One is given up when nobody waits for it any longer.
   * @throws what the gatherer throws; the signal's reason when that is aborted
   */
  async gather(gatherer: Gatherer, options: SingleFlightGatherOptions): Promise<readonly MetricFamily[]> {
    const { names, strict, signal } = options;
    signal.throwIfAborted();
    const key = JSON.stringify([strict, ...names]);
    const underWay = this.#runs.get(key);
    const run = underWay !== undefined && suits(underWay, options) ? underWay : this.#start(gatherer, key, options);
    run.readers++;
    try {
      return await abortable(run.families, signal);
    } finally {
      if (--run.readers === 0 && !run.isOver) {
        // Whoever comes now gathers anew: what is given up may still take its time to end.
        this.#forget(key, run);
        run.abort.abort(signal.reason);
      }
    }
  }

  #start(gatherer: Gatherer, key: string, { names, strict, collectorMs, deadlineMs }: SingleFlightGatherOptions): Run {
    const abort = new AbortController();
    const families = Promise.resolve(
      gatherer.gather({
        timeoutMs: collectorMs,
        signal: abort.signal,
        strict,
        ...(names.length > 0 && { names }),
      }),
    );
    const run: Run = { families, deadlineMs, collectorMs, abort, readers: 0, isOver: false };
    this.#runs.set(key, run);
    const done = () => {
      run.isOver = true;
      this.#forget(key, run);
    };
    families.then(done, done);
    return run;
  }

  #forget(key: string, run: Run): void {
    if (this.#runs.get(key) === run) this.#runs.delete(key);
  }
}

/** One that may take longer than the reader waits is of no use to it, and one in more of a hurry would show it less. */
function suits(run: Run, { deadlineMs, collectorMs }: SingleFlightGatherOptions): boolean {
  return run.deadlineMs <= deadlineMs && run.collectorMs >= collectorMs;
}
