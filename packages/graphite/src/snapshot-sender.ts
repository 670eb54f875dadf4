import { BackgroundIo, type ReportOnce } from '@promwright/exporter';
import { errorMessage } from '@promwright/model';
import type { BridgeStats } from './bridge-stats.ts';
import { CounterDeltas } from './counter-deltas.ts';
import { CustomPaths } from './custom-paths.ts';
import { DatagramConnection } from './datagram-connection.ts';
import { DatagramEncoder } from './datagram-encoder.ts';
import { type DroppedSamples, noDroppedSamples } from './dropped-samples.ts';
import type { CheckedOptions } from './graphite-bridge-options.ts';
import type { GraphiteConnection } from './graphite-connection.ts';
import { GraphiteError } from './graphite-error.ts';
import { graphitePoints } from './graphite-points.ts';
import { LabelPaths, type SeriesPaths } from './label-paths.ts';
import { PickleEncoder } from './pickle-encoder.ts';
import { PlaintextEncoder, type PointEncoder } from './plaintext-encoder.ts';
import type { Snapshot } from './snapshot-queue.ts';
import { StreamConnection } from './stream-connection.ts';
import { nextTurn, TimeSlices } from './time-slices.ts';

/** Sends snapshots, one at a time, over a persistent connection. */
export class SnapshotSender {
  readonly #options: CheckedOptions;
  readonly #stats: BridgeStats;
  readonly #pathErrors: ReportOnce<Error>;
  readonly #deltas: CounterDeltas | undefined;
  readonly #paths: SeriesPaths;
  #droppedSamples: DroppedSamples = noDroppedSamples();
  #pathError: Error | undefined;
  readonly #io = new BackgroundIo();
  readonly #onBroken: (error: GraphiteError) => void;
  #connection: GraphiteConnection | undefined;
  #isSending = false;
  /** Snapshots that were sent recently and may not have been read yet, the oldest first. */
  #unconfirmed: Snapshot[] = [];
  #unconfirmedSinceMs = 0;
  #isProven = false;

  /** @param onBroken called when the connection breaks while nothing is being sent */
  constructor(
    options: CheckedOptions,
    stats: BridgeStats,
    pathErrors: ReportOnce<Error>,
    onBroken: (error: GraphiteError) => void,
  ) {
    this.#options = options;
    this.#onBroken = onBroken;
    this.#stats = stats;
    this.#pathErrors = pathErrors;
    this.#deltas = options.counters === 'delta' ? new CounterDeltas() : undefined;
    const onPathError = (error: Error) => {
      this.#droppedSamples.path++;
      this.#pathError ??= error;
    };
    const { path, prefix, tags } = options;
    this.#paths = path === undefined ? new LabelPaths(prefix, tags) : new CustomPaths(path, onPathError);
  }

  /**
   * True once the connection has lasted for `timeoutMs`. A shorter time proves nothing, because a server may accept
   * data before it refuses the connection.
   */
  get isProven(): boolean {
    return this.#isProven;
  }

  /**
   * Sends all points of a snapshot. Resolves once the operating system has accepted the points. After a failure, a call
   * with the same snapshot sends the same points again.
   * @throws GraphiteError if the snapshot cannot be sent; the connection is then closed
   */
  async send(snapshot: Snapshot, signal: AbortSignal): Promise<void> {
    this.#droppedSamples = noDroppedSamples();
    this.#pathError = undefined;
    this.#isSending = true;
    try {
      const connection = await this.#open(signal);
      this.#deltas?.begin();
      const points = await this.#write(snapshot, connection);
      this.#deltas?.commit();
      if (this.#unconfirmed.length === 0) this.#unconfirmedSinceMs = performance.now();
      this.#unconfirmed.push(snapshot);
      this.#countSent(points);
    } catch (error) {
      this.destroy();
      throw error;
    } finally {
      this.#isSending = false;
    }
  }

  /**
   * Returns the snapshots to send again after a failure: those that were sent recently, the oldest first. The client
   * cannot know which bytes the server has read.
   */
  reclaim(): Snapshot[] {
    const reclaimed = this.#unconfirmed;
    this.#unconfirmed = [];
    if (reclaimed.length > 0) this.#deltas?.undo();
    return reclaimed;
  }

  /** Closes the connection once all sent bytes have left. */
  async end(): Promise<void> {
    await this.#connection?.end();
  }

  /** Closes the connection at once, and forgets the snapshots that might have to be sent again. */
  close(): void {
    this.destroy();
    this.#confirmAll();
  }

  /** Closes the connection at once; a pending call of `send` rejects. */
  destroy(): void {
    this.#connection?.destroy();
    this.#connection = undefined;
  }

  async #write(snapshot: Snapshot, connection: GraphiteConnection): Promise<number> {
    const { families, timeMs } = snapshot;
    const options = {
      families,
      timeMs,
      paths: this.#paths,
      deltas: this.#deltas,
      droppedSamples: this.#droppedSamples,
    };
    const encoder = this.#encoder();
    const slices = new TimeSlices();
    let points = 0;
    for (const point of graphitePoints(options)) {
      const bytes = encoder.add(point);
      points++;
      if (bytes !== undefined) await connection.send(bytes);
      if (slices.isOver()) await slices.pause();
    }
    const rest = encoder.end();
    // If the connection broke during a pause and no bytes remain, sending an empty array throws the error of the
    // connection.
    if (rest !== undefined || !connection.isOpen) await connection.send(rest ?? NO_BYTES);
    return points;
  }

  async #open(signal: AbortSignal): Promise<GraphiteConnection> {
    // The event loop reports a closed connection only when it polls. It may not have polled since the previous
    // snapshot.
    if (this.#connection !== undefined) await nextTurn();
    if (this.#connection?.isOpen) {
      this.#confirmOld();
      return this.#connection;
    }
    if (this.#connection?.brokenBy !== undefined) throw this.#connection.brokenBy;
    this.destroy();
    // The connection ended normally, so the server had read everything.
    this.#confirmAll();
    const { protocol } = this.#options;
    const connection = await (protocol === 'udp'
      ? DatagramConnection.open(this.#options, signal)
      : StreamConnection.open({ ...this.#options, io: this.#io }, signal));
    if (signal.aborted) {
      connection.destroy();
      throw new GraphiteError('connection', errorMessage(signal.reason));
    }
    connection.onBroken = () => {
      // While a snapshot is being sent, `send` rejects with the error instead.
      if (this.#isSending || this.#connection !== connection || connection.brokenBy === undefined) return;
      this.destroy();
      this.#onBroken(connection.brokenBy);
    };
    this.#connection = connection;
    this.#isProven = false;
    return connection;
  }

  /**
   * Confirms all sent snapshots except the last, so that a failure does not send them again: after `timeoutMs`, or if
   * there are more than `maxQueuedSnapshots`. If a server breaks the connection because of the data, it does so within
   * this time. The last snapshot stays unconfirmed, because a server may leave it unread for any length of time.
   */
  #confirmOld(): void {
    const { timeoutMs, maxQueuedSnapshots } = this.#options;
    const { length } = this.#unconfirmed;
    const now = performance.now();
    const isOld = length > 0 && now - this.#unconfirmedSinceMs >= timeoutMs;
    if (isOld) this.#isProven = true;
    else if (length <= maxQueuedSnapshots) return;
    this.#unconfirmed.splice(0, length - 1);
    this.#unconfirmedSinceMs = now;
    this.#deltas?.confirm(true);
  }

  #confirmAll(): void {
    this.#unconfirmed = [];
    this.#deltas?.confirm(false);
  }

  #encoder(): PointEncoder {
    switch (this.#options.protocol) {
      case 'tcp':
        return new PlaintextEncoder();
      case 'udp':
        return new DatagramEncoder();
      case 'pickle':
        return new PickleEncoder();
    }
  }

  #countSent(points: number): void {
    const stats = this.#stats;
    stats.sent++;
    stats.points += points;
    stats.lastSuccessMs = Date.now();
    for (const reason of Object.keys(this.#droppedSamples) as (keyof DroppedSamples)[])
      stats.droppedSamples[reason] += this.#droppedSamples[reason];
    if (this.#pathError === undefined) this.#pathErrors.succeeded();
    else this.#pathErrors.failed(this.#pathError);
  }
}

const NO_BYTES = new Uint8Array(0);
