import type { MetricFamily } from '@promwright/model';
import type { GraphiteError } from './graphite-error.ts';

/** All metrics at one instant, still as numbers: bytes are made only when they are sent. */
export class Snapshot {
  readonly families: readonly MetricFamily[];
  readonly timeMs: number;
  readonly #settled: ((error: GraphiteError | undefined) => void)[] = [];

  constructor(families: readonly MetricFamily[], timeMs: number) {
    this.families = families;
    this.timeMs = timeMs;
  }

  /** Resolves when it is sent; fails when an attempt to send it does. */
  sent(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settled.push((error) => (error === undefined ? resolve() : reject(error)));
    });
  }

  /** It was sent, or it failed. */
  settle(error?: GraphiteError): void {
    for (const settled of this.#settled.splice(0)) settled(error);
  }
}

/** Snapshots that wait, the oldest first, as many as there may be. */
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

  /** The oldest, which then waits no longer. */
  take(): Snapshot | undefined {
    return this.#snapshots.shift();
  }

  /** One that was taken and not sent. */
  putBack(snapshot: Snapshot): void {
    this.#snapshots.unshift(snapshot);
  }

  /** An attempt failed, for all of them; they go on waiting. */
  settle(error: GraphiteError): void {
    for (const snapshot of this.#snapshots) snapshot.settle(error);
  }

  /** Gives all up. */
  clear(): void {
    for (const snapshot of this.#snapshots.splice(0)) this.#onDrop(snapshot);
  }

  /** Drops the oldest, if there are more than there may be. */
  trim(): void {
    while (this.#snapshots.length > this.#limit) this.#onDrop(this.#snapshots.shift()!);
  }
}
