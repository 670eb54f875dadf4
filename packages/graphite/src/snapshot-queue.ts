import type { MetricFamily } from '@promwright/model';
import type { GraphiteError } from './graphite-error.ts';

/** All metrics at one instant, still as numbers: they are encoded only when they are sent. */
export class Snapshot {
  readonly families: readonly MetricFamily[];
  readonly timeMs: number;
  readonly #listeners: ((error: GraphiteError | undefined) => void)[] = [];

  constructor(families: readonly MetricFamily[], timeMs: number) {
    this.families = families;
    this.timeMs = timeMs;
  }

  /** Resolves when the snapshot is sent; rejects when the next attempt to send it fails. */
  sent(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#listeners.push((error) => (error === undefined ? resolve() : reject(error)));
    });
  }

  /** Settles the promises of {@link sent}: with an error if the attempt failed. */
  settle(error?: GraphiteError): void {
    for (const listener of this.#listeners.splice(0)) listener(error);
  }
}

/** Waiting snapshots, the oldest first, up to a limit. */
export class SnapshotQueue {
  readonly #limit: number;
  readonly #onDrop: (snapshot: Snapshot) => void;
  readonly #snapshots: Snapshot[] = [];

  constructor(limit: number, onDrop: (snapshot: Snapshot) => void) {
    this.#limit = limit;
    this.#onDrop = onDrop;
  }

  get size(): number {
    return this.#snapshots.length;
  }

  add(snapshot: Snapshot): void {
    this.#snapshots.push(snapshot);
  }

  /** Removes the oldest snapshot and returns it. */
  take(): Snapshot | undefined {
    return this.#snapshots.shift();
  }

  /** Returns an unsent snapshot to the front of the queue. */
  putBack(snapshot: Snapshot): void {
    this.#snapshots.unshift(snapshot);
  }

  /** Reports a failed attempt to the callers of all snapshots. The snapshots continue to wait. */
  settle(error: GraphiteError): void {
    for (const snapshot of this.#snapshots) snapshot.settle(error);
  }

  /** Drops all snapshots. */
  clear(): void {
    for (const snapshot of this.#snapshots.splice(0)) this.#onDrop(snapshot);
  }

  /** Drops the oldest snapshots above the limit. */
  trim(): void {
    while (this.#snapshots.length > this.#limit) this.#onDrop(this.#snapshots.shift()!);
  }
}
