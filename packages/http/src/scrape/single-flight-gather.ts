import { abortable } from '@promwright/exporter';
import type { Gatherer, MetricFamily } from '@promwright/model';

/** Options of one gathering. */
export interface SingleFlightGatherOptions {
  readonly names: readonly string[];
  /** Id of the member to gather alone. */
  readonly member?: string | undefined;
  readonly strict: boolean;
  /** Time limit for one collector, in milliseconds. */
  readonly collectorMs: number;
  /** Time by which the scrape needs the families, on the clock of `performance.now()`. */
  readonly deadlineMs: number;
  /** Aborted when the client has left or the time is over. */
  readonly signal: AbortSignal;
}

interface Run {
  readonly families: Promise<readonly MetricFamily[]>;
  readonly deadlineMs: number;
  readonly collectorMs: number;
  readonly abort: AbortController;
  clients: number;
  isOver: boolean;
}

/** Gathers once for overlapping scrapes of the same metrics. */
export class SingleFlightGather {
  readonly #runs = new Map<string, Run>();

  /**
   * Gathers, or waits for a running gathering with equal options. A run is aborted when its last client gives up.
   * @throws the error of the gatherer; the signal's reason if the signal is aborted
   */
  async gather(gatherer: Gatherer, options: SingleFlightGatherOptions): Promise<readonly MetricFamily[]> {
    const { names, member, strict, signal } = options;
    signal.throwIfAborted();
    const key = JSON.stringify([strict, member, ...names]);
    const running = this.#runs.get(key);
    const run = running !== undefined && isReusable(running, options) ? running : this.#start(gatherer, key, options);
    run.clients++;
    try {
      return await abortable(run.families, signal);
    } finally {
      if (--run.clients === 0 && !run.isOver) {
        // Forgotten at once: an aborted run can take time to end, and a client that comes in between needs a new run.
        this.#forget(key, run);
        run.abort.abort(signal.reason);
      }
    }
  }

  #start(
    gatherer: Gatherer,
    key: string,
    { names, member, strict, collectorMs, deadlineMs }: SingleFlightGatherOptions,
  ): Run {
    const abort = new AbortController();
    const families = Promise.resolve(
      gatherer.gather({
        timeoutMs: collectorMs,
        signal: abort.signal,
        strict,
        // A scrape must not keep the process alive.
        keepAlive: false,
        ...(names.length > 0 && { names }),
        ...(member !== undefined && { member }),
      }),
    );
    const run: Run = { families, deadlineMs, collectorMs, abort, clients: 0, isOver: false };
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

/** True if the run's deadline is not later than the deadline of these options, and its collectors get at least as much time. */
function isReusable(run: Run, { deadlineMs, collectorMs }: SingleFlightGatherOptions): boolean {
  return run.deadlineMs <= deadlineMs && run.collectorMs >= collectorMs;
}
