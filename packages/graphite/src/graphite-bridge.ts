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
 * Sends all metrics of a registry to Graphite, once a minute or on request.
 *
 * All snapshots are sent over one persistent connection, opened on first use and, after failures, at growing intervals. While
 * the server is away, snapshots wait in a queue.
 *
 * A snapshot counts as sent once the operating system has accepted all of it: Graphite acknowledges nothing. When the
 * connection breaks, the current snapshot, the snapshot before, and others of the last `timeoutMs` (at most
 * `maxQueuedSnapshots`) are sent again. That does no harm, because a point replaces an equal point. Data that stayed unread
 * for longer, in the buffers of both systems (some megabytes), can be lost, and so can data that the server had read but not
 * stored. With `udp` any datagram may get lost.
 *
 * A call of `push` or `stop` keeps the process alive until the call is done. At other times the bridge does not keep the process
 * alive, but bytes under way to a server that does not respond may delay the end of the process by `timeoutMs`.
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

  /** Starts to send a snapshot every `intervalMs`, the first one after one interval. Does nothing if the bridge was started. */
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
   * Sends a snapshot now, after the waiting ones. Resolves when the operating system has accepted all of it. A snapshot whose
   * attempt fails waits for the next push or attempt, unless the metrics could not be gathered.
   * @throws GraphiteError with code `PUSH_FAILED` and the reason if this attempt fails
   */
  async push(): Promise<void> {
    this.#restart();
    await keepProcessAlive(() => this.#pushNow());
  }

  /**
   * Sends the waiting snapshots and a last one, and closes the connection, within `stopTimeoutMs`. Never rejects: unsent
   * snapshots are dropped, counted and reported. The bridge may be started again.
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
      // A gatherer or a DNS lookup may ignore its signal.
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
      // A late snapshot must not open a connection again.
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

  /** Sends the waiting snapshots, unless they are being sent. Never throws: each snapshot is settled with its result. */
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
    // No `await` since the last look at the queue, so no snapshot can have been added unnoticed.
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

  /** Drops a snapshot with invalid families, of a foreign gatherer: retried, it would block all later snapshots. */
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
