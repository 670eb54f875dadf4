import type { ReportOnce } from '@promwright/exporter';
import { errorMessage } from '@promwright/model';
import type { BridgeStats } from './bridge-stats.ts';
import { CounterDeltas } from './counter-deltas.ts';
import { CustomPaths } from './custom-paths.ts';
import { DatagramConnection } from './datagram-connection.ts';
import { DatagramEncoder } from './datagram-encoder.ts';
import type { DroppedSamples } from './dropped-samples.ts';
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

/** Sends snapshots, one at a time, by a connection that it keeps. */
export class SnapshotSender {
  readonly #options: CheckedOptions;
  readonly #stats: BridgeStats;
  readonly #pathErrors: ReportOnce<Error>;
  readonly #deltas: CounterDeltas | undefined;
  readonly #paths: SeriesPaths;
  #droppedSamples: DroppedSamples = noDroppedSamples();
  #pathError: Error | undefined;
  readonly #onBroken: (error: GraphiteError) => void;
  #connection: GraphiteConnection | undefined;
  #isSending = false;
  /** What the connection took lately, the oldest first, and since when. */
  #unconfirmed: Snapshot[] = [];
  #unconfirmedSinceMs = 0;
  #isProven = false;

  /** `onBroken` is told when the connection breaks while nothing is being sent. */
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

  /** Whether the connection has held for some time: a server that is about to refuse it takes something as well. */
  get isProven(): boolean {
    return this.#isProven;
  }

  /**
   * Hands all points of a snapshot over to the system. It may be called again with one for which that failed: the points are
   * the same then.
   * @throws GraphiteError if it cannot; the connection is closed then
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

  /** After a failure: what the broken connection took lately, the oldest first. Nobody knows what of it was read. */
  reclaim(): Snapshot[] {
    const reclaimed = this.#unconfirmed;
    this.#unconfirmed = [];
    if (reclaimed.length > 0) this.#deltas?.undo();
    return reclaimed;
  }

  /** Closes the connection once what was sent is on its way. */
  async end(): Promise<void> {
    await this.#connection?.end();
  }

  /** Closes everything at once, and keeps nothing that might have to be sent again. */
  close(): void {
    this.destroy();
    this.#confirmAll();
  }

  /** Closes the connection at once; what is being sent fails. */
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
    // Where it broke in a pause and nothing is left to be sent, this says so.
    if (rest !== undefined || !connection.isOpen) await connection.send(rest ?? NOTHING);
    return points;
  }

  async #open(signal: AbortSignal): Promise<GraphiteConnection> {
    // That a server has left is seen when the event loop comes to it, which may not have been since.
    if (this.#connection !== undefined) await nextTurn();
    if (this.#connection?.isOpen) {
      this.#confirmOld();
      return this.#connection;
    }
    if (this.#connection?.brokenBy !== undefined) throw this.#connection.brokenBy;
    this.destroy();
    // It ended as it should, so the server had read everything.
    this.#confirmAll();
    const { protocol } = this.#options;
    const connection = await (protocol === 'udp'
      ? DatagramConnection.open(this.#options)
      : StreamConnection.open(this.#options, signal));
    if (signal.aborted) {
      connection.destroy();
      throw new GraphiteError('connection', errorMessage(signal.reason));
    }
    connection.onBroken = () => {
      // Whoever sends is about to see it.
      if (this.#isSending || this.#connection !== connection || connection.brokenBy === undefined) return;
      this.destroy();
      this.#onBroken(connection.brokenBy);
    };
    this.#connection = connection;
    this.#isProven = false;
    return connection;
  }

  /** A connection that breaks because of what it took does so soon. But the last one may stand unread as long as it likes. */
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
    if (this.#pathError === undefined) this.#pathErrors.ended();
    else this.#pathErrors.failed(this.#pathError);
  }
}

const NOTHING = new Uint8Array(0);

function noDroppedSamples(): DroppedSamples {
  return { value: 0, time: 0, length: 0, path: 0 };
}
