import {
  type SeriesTable,
  SLOT as SLOT_KEY,
  type SlotHolder,
  TABLE as TABLE_KEY,
  VALUES as VALUES_KEY,
} from './series-table.ts';

// Constants of this module, because compiled code knows their values; those of another module it reads at every call.
const SLOT: typeof SLOT_KEY = SLOT_KEY;
const TABLE: typeof TABLE_KEY = TABLE_KEY;
const VALUES: typeof VALUES_KEY = VALUES_KEY;

/** One series, held so that its labels need not be looked up again. */
export abstract class HeldSeries<C = unknown> implements SlotHolder {
  // Only declared: a field that is first defined as undefined is never again known to hold just numbers, or just arrays.
  declare readonly [TABLE]: SeriesTable<C>;
  declare [SLOT]: number;
  declare [VALUES]: Float64Array;

  constructor(table: SeriesTable<C>, slot: number) {
    this[TABLE] = table;
    this[SLOT] = slot;
    this[VALUES] = table.values;
  }

  /**
   * Whether the series was removed, or its metric cleared: what is written to it now is lost. One that expired counts as
   * removed until it is written to.
   */
  get removed(): boolean {
    return this[VALUES] !== this[TABLE].values;
  }
}
