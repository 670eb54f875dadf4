import {
  backoffMs,
  gatherWithTimeout,
  keepProcessAlive,
  type Repetition,
  ReportOnce,
  repeat,
} from '@promwright/exporter';
import { errorMessage } from '@promwright/model';
import { type BridgeStats, registerStats } from './bridge-stats.ts';
import { type CheckedOptions, checkOptions, type GraphiteBridgeOptions } from './graphite-bridge-options.ts';
import { destinationName } from './graphite-connection.ts';
import { GraphiteError } from './graphite-error.ts';
import { Snapshot, SnapshotQueue } from './snapshot-queue.ts';
import { SnapshotSender } from './snapshot-sender.ts';

/**
 * Sends all metrics of a registry to Graphite, once a minute or when told to.
 *
 * Each snapshot is sent over one connection that is kept, opened when it is first needed and, after failures, at growing
 * distances. While the server is away snapshots wait.
 *
 * A snapshot counts as sent once the operating system has taken all of it: Graphite acknowledges nothing. When the connection
 * breaks, what was being sent, the snapshot before, and others of the last `timeoutMs`, at most `maxQueuedSnapshots`, are sent
 * again; that does no harm, because a point replaces an equal one. What can be lost is what stood unread for longer, in the
 * buffers of both systems, which hold some megabytes; and what the server had read is its own. With `udp` any of it may get
 * lost.
 *
 * A call of `push` or `stop` keeps the program running until it is done. Nothing else does, but that bytes on their way to a
 * server that does not answer may hold its end up for `timeoutMs`.
 *
 * @example
 * const bridge = new GraphiteBridge({ host: 'graphite.example', prefix: 'apps.shop' });
 * bridge.start();
 * process.once('SIGTERM', () => bridge.stop());
 */
export class GraphiteBridge {
  readonly #options: CheckedOptions;
  readonly #stats: BridgeStats;
  readonly #sender: SnapshotSender;
  readonly #queue: SnapshotQueue;
  readonly #errorReports: ReportOnce<Error>;
  #repetition: Repetition | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isSending = false;
  #countedQueued = 0;
  #failuresInARow = 0;
  #stopping: Promise<void> | undefined;
  #isStopped = false;
  /** What goes on ends with it, at the latest, when the bridge is stopped. */
  #controller = new AbortController();

  /** @throws for a wrong option, with code `INVALID_OPTION` */
  constructor(options: GraphiteBridgeOptions) {
    this.#options = checkOptions(options);
    const { onError, maxQueuedSnapshots, registerer } = this.#options;
    this.#stats = registerStats(destinationName(this.#options), registerer);
    this.#errorReports = new ReportOnce(onError);
    this.#sender = new SnapshotSender(this.#options, this.#stats, new ReportOnce(onError), (error) =>
      this.#attemptFailed(undefined, error),
    );
    this.#queue = new SnapshotQueue(maxQueuedSnapshots, (snapshot) => {
      this.#stats.dropped++;
      const message = 'A snapshot was dropped, because too many wait for Graphite or the bridge has stopped';
      snapshot.settle(new GraphiteError('dropped', message));
    });
  }

  /** Sends a snapshot every `intervalMs` from now on, the first one after one interval. Does nothing if it does so already. */
  start(): void {
    if (this.#repetition !== undefined) return;
    this.#restart();
    this.#repetition = repeat(this.#options.intervalMs, async () => {
      this.#queue.add(await this.#snapshot());
      // One that failed has left the next attempt to a timer of its own.
      if (this.#retry === undefined) this.#drain();
      this.#trim();
    });
  }

  /**
   * Sends a snapshot now, behind those that wait. Resolves when the system has taken all of it. One that fails waits for the
   * next push or attempt all the same, unless the metrics could not be gathered.
   * @throws GraphiteError with code `PUSH_FAILED` and the reason if this attempt fails
   */
  async push(): Promise<void> {
    this.#restart();
    await keepProcessAlive(() => this.#pushNow());
  }

  /**
   * Sends a last snapshot, with what waits, and closes everything, within `stopTimeoutMs`. Never fails: what could not be
   * sent is counted and reported, and dropped. The bridge may be started again.
   */
  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#stopping ??= this.#stop().finally(() => {
      this.#stopping = undefined;
    });
    await this.#stopping;
  }

  #stop(): Promise<void> {
    const { stopTimeoutMs } = this.#options;
    return keepProcessAlive(async () => {
      const repetition = this.#repetition;
      this.#repetition = undefined;
      const life = this.#controller;
      const late = new Promise<void>((resolve) => {
        life.signal.addEventListener('abort', () => resolve(), { once: true });
      });
      const timer = setTimeout(() => {
        life.abort(new Error(`The bridge stopped, and "stopTimeoutMs" of ${stopTimeoutMs} was over`));
        this.#sender.destroy();
      }, stopTimeoutMs);
      // A gatherer or a look-up of a name may not care for signals.
      await Promise.race([this.#finish(repetition, life.signal), late]);
      clearTimeout(timer);
      this.#isStopped = true;
      life.abort(new Error('The bridge stopped'));
      clearTimeout(this.#retry);
      this.#retry = undefined;
      this.#sender.close();
      this.#queue.clear();
      this.#trim();
    });
  }

  async #finish(repetition: Repetition | undefined, signal: AbortSignal): Promise<void> {
    await repetition?.stop();
    if (signal.aborted) return;
    try {
      await this.#pushNow();
      await this.#sender.end();
    } catch {
      // Counted and reported.
    }
  }

  #restart(): void {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    this.#controller = new AbortController();
  }

  async #snapshot(): Promise<Snapshot> {
    try {
      const { registry, timeoutMs } = this.#options;
      const { signal } = this.#controller;
      const families = await gatherWithTimeout(registry, { timeoutMs, signal });
      // What comes too late must not open a connection again.
      signal.throwIfAborted();
      return new Snapshot(families, Date.now());
    } catch (cause) {
      const message = `The metrics for Graphite could not be gathered: ${errorMessage(cause)}`;
      const error = new GraphiteError('gather', message, { cause });
      this.#countFailure(error);
      throw error;
    }
  }

  async #pushNow(): Promise<void> {
    const snapshot = await this.#snapshot();
    const outcome = snapshot.sent();
    this.#queue.add(snapshot);
    this.#drain();
    this.#trim();
    await outcome;
  }

  /** Sends what waits, if that is not going on already. Never fails: each snapshot is told what became of it. */
  #drain(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    if (!this.#isSending) void this.#sendQueued();
  }

  async #sendQueued(): Promise<void> {
    this.#isSending = true;
    for (let snapshot = this.#queue.take(); snapshot !== undefined; snapshot = this.#queue.take()) {
      try {
        await this.#sender.send(snapshot, this.#controller.signal);
      } catch (error) {
        this.#isSending = false;
        this.#attemptFailed(snapshot, error);
        return;
      }
      if (this.#sender.isProven) {
        this.#failuresInARow = 0;
        this.#errorReports.ended();
      }
      this.#trim();
      snapshot.settle();
    }
    // Nothing is waited for between the last look at the queue and this, so that no snapshot is added unseen.
    this.#isSending = false;
  }

  /** `snapshot` was not taken, or the connection broke after all had been. */
  #attemptFailed(snapshot: Snapshot | undefined, error: unknown): void {
    if (!(error instanceof GraphiteError)) {
      this.#dropUnsendable(snapshot, error);
      return;
    }
    this.#failuresInARow++;
    this.#countFailure(error);
    if (snapshot !== undefined) this.#queue.putBack(snapshot);
    for (const unsent of this.#sender.reclaim().toReversed()) this.#queue.putBack(unsent);
    this.#queue.settle(error);
    if (this.#isStopped) this.#queue.clear();
    this.#trim();
    if (this.#repetition === undefined) return;
    this.#retry ??= setTimeout(() => this.#drain(), backoffMs(this.#failuresInARow)).unref();
  }

  /** A gatherer of somebody else's gave what is no family: sent again it would never let another one through. */
  #dropUnsendable(snapshot: Snapshot | undefined, cause: unknown): void {
    const message = `What was gathered for Graphite cannot be sent: ${errorMessage(cause)}`;
    const error = new GraphiteError('gather', message, { cause });
    this.#stats.dropped++;
    this.#countFailure(error);
    snapshot?.settle(error);
    this.#drain();
  }

  #countFailure(error: GraphiteError): void {
    if (error.reason !== 'dropped') this.#stats.failures[error.reason]++;
    this.#errorReports.failed(error);
  }

  #trim(): void {
    this.#queue.trim();
    // By what it changed, because bridges to one server are counted together.
    this.#stats.queued += this.#queue.size - this.#countedQueued;
    this.#countedQueued = this.#queue.size;
  }
}
