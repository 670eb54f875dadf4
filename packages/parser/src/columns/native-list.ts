import { type BucketColumns, type NativeColumns, NO_NATIVE } from '@promwright/model';
import { NumberColumn } from './number-column.ts';

/** Native histogram of one row, as a document has it. */
export interface NativeHistogram {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly positive: NativeSide;
  readonly negative: NativeSide;
}

/** Buckets in rising order of their indexes, each with its own count (not cumulative). */
export interface NativeSide {
  readonly indexes: readonly number[];
  readonly counts: readonly number[];
}

/** Native histograms of a family while it is being read, row by row. */
export class NativeList {
  readonly #schemas: number[] = [];
  readonly #zeroThresholds = new NumberColumn();
  readonly #zeroCounts = new NumberColumn();
  readonly #positive = new SideList();
  readonly #negative = new SideList();

  /** @param row greater than in the call before; the rows in between have no native histogram */
  add(row: number, { schema, zeroThreshold, zeroCount, positive, negative }: NativeHistogram): void {
    this.#skipTo(row);
    this.#schemas.push(schema);
    this.#zeroThresholds.set(row, zeroThreshold);
    this.#zeroCounts.set(row, zeroCount);
    this.#positive.add(positive);
    this.#negative.add(negative);
  }

  finish(size: number): NativeColumns | undefined {
    if (this.#schemas.length === 0) return undefined;
    this.#skipTo(size);
    return {
      schemas: new Int8Array(this.#schemas),
      zeroThresholds: this.#zeroThresholds.toArray(size),
      zeroCounts: this.#zeroCounts.toArray(size),
      positive: this.#positive.finish(),
      negative: this.#negative.finish(),
    };
  }

  #skipTo(row: number): void {
    for (let skipped = this.#schemas.length; skipped < row; skipped++) {
      this.#schemas.push(NO_NATIVE);
      this.#zeroThresholds.set(skipped, 0);
      this.#zeroCounts.set(skipped, 0);
      this.#positive.add(NO_BUCKETS);
      this.#negative.add(NO_BUCKETS);
    }
  }
}

/** Side without buckets. */
export const NO_BUCKETS: NativeSide = { indexes: [], counts: [] };

class SideList {
  readonly #offsets = [0];
  readonly #indexes: number[] = [];
  readonly #counts = new NumberColumn();

  add({ indexes, counts }: NativeSide): void {
    for (let i = 0; i < indexes.length; i++) {
      // Writers fill small gaps between buckets with empty buckets.
      if (counts[i] === 0) continue;
      this.#counts.set(this.#indexes.length, counts[i]!);
      this.#indexes.push(indexes[i]!);
    }
    this.#offsets.push(this.#indexes.length);
  }

  finish(): BucketColumns {
    return {
      offsets: new Int32Array(this.#offsets),
      indexes: new Int32Array(this.#indexes),
      counts: this.#counts.toArray(this.#indexes.length),
    };
  }
}
