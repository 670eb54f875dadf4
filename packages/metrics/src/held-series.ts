import { type SeriesTable, SLOT, type SlotHolder, TABLE } from './series-table.ts';

/** One series, held so that its labels need not be looked up again. */
export abstract class HeldSeries<C = unknown> implements SlotHolder {
  readonly [TABLE]: SeriesTable<C>;
  [SLOT]: number;

  constructor(table: SeriesTable<C>, slot: number) {
    this[TABLE] = table;
    this[SLOT] = slot;
  }

  /**
   * Whether the series was removed, or its metric cleared: what is written to it now is lost. One that expired counts as
   * removed until it is written to.
   */
  get removed(): boolean {
    return this[SLOT] < 0;
  }
}
