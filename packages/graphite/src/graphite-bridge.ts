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
 * Sends all metrics of a registry to Graphite: every minute (option `intervalMs`), and at each call of `push`.
 *
 * The bridge sends all snapshots over one persistent connection. It opens the connection for the first snapshot. After
 * a failure it tries again, and waits longer before each attempt. While the server cannot be reached, snapshots wait in
 * a queue.
 *
 * Graphite acknowledges nothing, so a snapshot counts as sent once the operating system has accepted all its bytes.
 * When the connection breaks, the bridge sends the current snapshot again, the snapshot before it, and other snapshots
 * of the last `timeoutMs` (at most `maxQueuedSnapshots`). A point that arrives twice does no harm, because Graphite
 * stores one value for each path and time. Older data can be lost if the server has not read it from the buffers of the
 * two operating systems (a few megabytes), or has read but not stored it. With `udp`, any datagram can be lost.
 *
 * A call of `push` or `stop` keeps the process alive until the call is done. At other times the bridge does not keep the
 * process alive: a connection or bytes that the server does not accept are given up when the process has no other work. Only
 * a running lookup of the host name delays the end of the process, because Node waits for it.
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
  /** Aborts all work of the bridge when it has stopped. */
  #controller = new AbortController();

  /**
   * Checks and copies the options. Opens no connection yet.
   * @throws TypeError or RangeError with code `INVALID_OPTION` for a wrong option
   */
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

  /**
   * Starts to send a snapshot every `intervalMs`, the first snapshot after one interval. Does nothing if the bridge was
   * started already.
   */
  start(): void {
    if (this.#repetition !== undefined) return;
    this.#restart();
    this.#repetition = repeat(this.#options.intervalMs, async () => {
      this.#queue.add(await this.#snapshot());
      // After a failure the next attempt has a separate timer.
      if (this.#retry === undefined) this.#drain();
      this.#trim();
    });
  }

  /**
   * Takes a snapshot now and sends it after all snapshots that already wait. Resolves when the operating system has
   * accepted all bytes of the snapshot. If sending fails, the snapshot waits in the queue for the next attempt. If
   * gathering the metrics fails, there is no snapshot.
   * @throws GraphiteError with code `PUSH_FAILED` and the property `reason` if gathering or this attempt fails
   */
  async push(): Promise<void> {
    this.#restart();
    await keepProcessAlive(() => this.#pushNow());
  }

  /**
   * Sends the waiting snapshots and one last snapshot, then closes the connection, all within `stopTimeoutMs`. Never
   * rejects: snapshots that could not be sent are dropped, counted and reported. The bridge can be started again later.
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
      const controller = this.#controller;
      const late = new Promise<void>((resolve) => {
        controller.signal.addEventListener('abort', () => resolve(), { once: true });
      });
      const timer = setTimeout(() => {
        controller.abort(new Error(`The bridge stopped after "stopTimeoutMs" of ${stopTimeoutMs} ms`));
        this.#sender.destroy();
      }, stopTimeoutMs);
      // A gatherer or a DNS lookup may ignore the abort signal, so `late` ends the wait.
      await Promise.race([this.#finish(repetition, controller.signal), late]);
      clearTimeout(timer);
      this.#isStopped = true;
      controller.abort(new Error('The bridge stopped'));
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
      // The failure was counted and reported already.
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
      // A gatherer may return after the bridge has stopped. Such a snapshot must not open a connection.
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
    const sent = snapshot.sent();
    this.#queue.add(snapshot);
    this.#drain();
    this.#trim();
    await sent;
  }

  /**
   * Sends the waiting snapshots, unless a loop that sends them is already running. Never throws: each snapshot is
   * settled with its result.
   */
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
        this.#errorReports.succeeded();
      }
      this.#trim();
      snapshot.settle();
    }
    // There was no `await` after the last call of `take()`, so no snapshot was added in between.
    this.#isSending = false;
  }

  /** Handles a failed attempt. `snapshot` is undefined if the connection broke after all snapshots were sent. */
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

  /**
   * Drops a snapshot with invalid families, which only a gatherer of another package can return. Each retry would fail
   * too, and block all later snapshots.
   */
  #dropUnsendable(snapshot: Snapshot | undefined, cause: unknown): void {
    const message = `The metrics gathered for Graphite cannot be sent: ${errorMessage(cause)}`;
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
    // Adds the difference, because bridges to one server share their counts.
    this.#stats.queued += this.#queue.size - this.#countedQueued;
    this.#countedQueued = this.#queue.size;
  }
}
