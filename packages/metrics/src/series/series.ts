import type { SeriesTable } from './series-table.ts';

/** Handle of one series, which saves the look-up of its labels. */
export abstract class Series<E = unknown> {
  // V8 specialises a field by its first value: the fields are only declared, so that the first value is never `undefined`.
  /** @internal */
  declare readonly table: SeriesTable<E>;
  /** @internal */
  declare slot: number;
  /** @internal */
  declare values: Float64Array;

  constructor(table: SeriesTable<E>, slot: number) {
    this.table = table;
    this.slot = slot;
    this.values = table.values;
  }

  /**
   * True once the series was removed or its metric cleared; later writes are ignored. An expired series counts as removed
   * until the next write recreates it.
   */
  get removed(): boolean {
    return this.values !== this.table.values;
  }
}
