import type { CollectContext, LabelValue, MetricSettings } from '@promwright/model';
import type { BoundLabels } from './bound-labels.ts';
import { NO_NUMBERS, nextCapacity } from './capacity.ts';
import { ExpiryColumns } from './expiry-columns.ts';
import { LabelIndex, type LabelIndexOptions, NO_SERIES } from './label-index.ts';
import { type SeriesHandle, SeriesHandles } from './series-handles.ts';

/** Options of a table. */
export interface SeriesTableOptions<E = unknown> extends LabelIndexOptions {
  /** Numbers per series. */
  readonly width: number;
  /** Time without a write after which a series is removed, in milliseconds; never if omitted. */
  readonly expireAfterMs?: number | undefined;
  /** Creates the extras of a series that starts; without it, a series starts without extras. */
  readonly createExtras?: (() => E) | undefined;
}

/** Columns of all series at one instant. */
export interface TableSnapshot {
  readonly size: number;
  readonly dictionaries: readonly (readonly string[])[];
  readonly labelIds: Int32Array;
  readonly values: Float64Array;
  readonly startMs: Float64Array;
  readonly identity: object;
  readonly layoutVersion: number;
}

/**
 * All series of one metric: a {@link LabelIndex} that assigns each series a slot, the numbers of all series in one array, and
 * further columns by slot. A series may move to another slot when a series is removed.
 */
export class SeriesTable<E = unknown> {
  // V8 specialises a field by its first value: fields of the hot path are only declared, never initialised to `undefined`.
  declare readonly metric: string;
  declare readonly labelNames: readonly string[];
  declare readonly width: number;
  declare readonly labelIndex: LabelIndex;
  /** Numbers of all series, `width` per slot. Replaced when the table grows: read it after a look-up, never before. */
  declare values: Float64Array;
  /** Data of a series beside its numbers, by slot; empty while no series has any. */
  readonly extras: (E | undefined)[] = [];
  /** See {@link LabelIndex.overflows}; copies of this package read it from each other's tables. */
  readonly overflows: readonly number[];
  /** Settings of the registry. */
  readonly settings: MetricSettings;
  /** Updates the numbers before they are collected. When a metric is defined twice, the newer callback replaces the older. */
  prepare: ((context: CollectContext) => void | PromiseLike<void>) | undefined;

  readonly #expiry: ExpiryColumns | undefined;
  readonly #handles: SeriesHandles;
  readonly #createExtras: (() => E) | undefined;
  /** Rises whenever an existing series moves to another slot or starts again at zero. */
  #layoutVersion = 0;
  #capacity = 0;
  #startMs: Float64Array = NO_NUMBERS;
  /** True while a snapshot reads the same start times: changes in place need a copy first. */
  #startMsShared = false;

  constructor(options: SeriesTableOptions<E>) {
    this.metric = options.metric;
    this.labelNames = options.labelNames;
    this.width = options.width;
    this.labelIndex = new LabelIndex(options);
    this.values = NO_NUMBERS;
    this.overflows = this.labelIndex.overflows;
    this.settings = options.settings;
    this.#handles = new SeriesHandles(this.width);
    this.#createExtras = options.createExtras;
    if (options.expireAfterMs !== undefined) {
      this.#expiry = new ExpiryColumns(options.expireAfterMs, this.#capacity);
    }
  }

  /** Number of series. */
  get size(): number {
    return this.labelIndex.size;
  }

  /** True if writes are noted, because series expire or show their newest value: handles then call {@link SeriesTable.keepAlive}. */
  get expires(): boolean {
    return this.#expiry !== undefined;
  }

  /**
   * Returns the slot of the series with these labels; creates the series at zero if there is none.
   * @throws for missing, unknown or non-scalar labels; the table is then unchanged
   */
  slotFor(labels: Readonly<Record<string, LabelValue>>): number {
    const slot = this.labelIndex.lookUp(labels);
    if (slot < 0) return slot === NO_SERIES ? this.#create(labels) : this.#findOrCreate(labels);
    if (this.#expiry !== undefined) this.#expiry.note(slot);
    return slot;
  }

  /**
   * Returns the slot of the series with bound labels and these other labels, or -1 if {@link SeriesTable.slotFor} must look it up
   * by all labels.
   */
  slotForOthers(bound: BoundLabels, labels: Readonly<Record<string, LabelValue>>): number {
    const slot = this.labelIndex.lookUpOthers(bound, labels);
    if (slot >= 0 && this.#expiry !== undefined) this.#expiry.note(slot);
    return slot;
  }

  /** Returns the slot of the series with these labels, or -1; never creates a series. */
  find(labels: Readonly<Record<string, LabelValue>>): number {
    return this.labelIndex.find(labels);
  }

  /** Returns the handle of a slot, always the same object for the same series; creates it if there is none. */
  handleFor<H extends SeriesHandle>(slot: number, create: (slot: number) => H): H {
    return this.#handles.handleFor(slot, create);
  }

  /** Returns a new handle that writes nowhere, for labels that no series can have. */
  detachedHandle<H extends SeriesHandle>(create: (slot: number) => H): H {
    return this.#handles.detached(create(0));
  }

  /** Receives the error of a wrong observation; see {@link MetricSettings.reportInvalid}. */
  reportInvalid(error: unknown): void {
    this.settings.reportInvalid(this.metric, error);
  }

  /** Notes a write through a handle, and recreates the series if it expired. */
  keepAlive(handle: SeriesHandle): void {
    if (handle.values !== this.values) {
      const labels = handle.expiredLabels;
      if (labels === undefined) return;
      this.#handles.reattach(handle, this.slotFor(labels), this.values);
    }
    this.#expiry!.note(handle.slot);
  }

  /** Keeps the series of a handle from expiring until {@link SeriesTable.release}; nothing where series do not expire. */
  hold(handle: SeriesHandle): void {
    if (handle.values === this.values) this.#expiry?.hold(handle.slot);
  }

  /** Ends a {@link SeriesTable.hold}. */
  release(handle: SeriesHandle): void {
    if (handle.values === this.values) this.#expiry?.release(handle.slot);
  }

  /** Notes that all series so far were created without a write. */
  forgetWrites(): void {
    this.#expiry?.forgetWrites();
  }

  /** Returns the times of the last writes, in milliseconds since the epoch; NaN for a series without a write. */
  updateTimes(): Float64Array {
    return this.#expiry?.times(this.size) ?? NO_NUMBERS;
  }

  /**
   * Removes every series whose time without a write is over; nothing where series do not expire.
   * @param nowMs present time on the clock of `performance.now()`
   */
  expire(nowMs: number): void {
    const expiry = this.#expiry;
    if (expiry === undefined) return;
    expiry.sweep(nowMs, this.size);
    // From the last slot to the first: the series that moves into a freed slot was checked already.
    for (let slot = this.size - 1; slot >= 0; slot--) {
      if (!expiry.isOver(slot, nowMs)) continue;
      if (this.#handles.has(slot)) this.#handles.expire(slot, this.labelIndex.labelsOf(slot));
      this.remove(slot);
    }
  }

  /** Removes a series. Later writes through its handle are ignored. */
  remove(slot: number): void {
    this.#layoutVersion++;
    // Also for the last slot, which the next new series gets.
    if (this.#startMsShared) this.#copyStartMs();
    const last = this.size - 1;
    this.labelIndex.remove(slot);
    this.#handles.remove(slot, last);
    if (slot < this.extras.length) this.extras[slot] = undefined;
    if (slot !== last) {
      this.#startMs[slot] = this.#startMs[last]!;
      this.values.copyWithin(slot * this.width, last * this.width, (last + 1) * this.width);
      this.#expiry?.move(last, slot);
      if (last < this.extras.length) this.extras[slot] = this.extras[last];
    }
    if (this.extras.length > last) this.extras.length = last;
    this.values.fill(0, last * this.width, (last + 1) * this.width);
  }

  /**
   * Counts the series that have all of these label values.
   * @throws for unknown or non-scalar labels
   */
  countWhere(labels: Readonly<Record<string, LabelValue>>): number {
    return this.labelIndex.slotsWhere(labels).length;
  }

  /**
   * Removes every series that has all of these label values; returns the number of removed series.
   * @throws for unknown or non-scalar labels
   */
  removeWhere(labels: Readonly<Record<string, LabelValue>>): number {
    const slots = this.labelIndex.slotsWhere(labels);
    // From the last slot to the first: the series that moves into a freed slot is then never one still to be removed.
    for (const slot of slots.reverse()) this.remove(slot);
    return slots.length;
  }

  /** Removes all series. */
  clear(): void {
    this.#layoutVersion++;
    this.labelIndex.clear();
    this.#handles.clear();
    this.extras.length = 0;
    this.#capacity = 0;
    this.#expiry?.resize(this.#capacity);
    this.values = NO_NUMBERS;
    this.#startMs = NO_NUMBERS;
    this.#startMsShared = false;
  }

  /** Starts a series again at zero, in the same slot, so that its handles continue to count. */
  reset(slot: number): void {
    this.values.fill(0, slot * this.width, (slot + 1) * this.width);
    if (this.#createExtras !== undefined) this.extras[slot] = this.#createExtras();
    else if (slot < this.extras.length) this.extras[slot] = undefined;
    this.restart(slot, Date.now());
  }

  /**
   * Starts the series with all of these label values again at zero.
   * @throws for unknown or non-scalar labels
   */
  resetWhere(labels: Readonly<Record<string, LabelValue>>): void {
    for (const slot of this.labelIndex.slotsWhere(labels)) this.reset(slot);
  }

  /** Sets the start time of the series of a slot, in milliseconds since the epoch. */
  restart(slot: number, startMs: number): void {
    if (this.#startMsShared) this.#copyStartMs();
    this.#layoutVersion++;
    this.#startMs[slot] = startMs;
  }

  /** Returns all columns at this instant. Copies only the numbers: other columns are shared until the table would change them. */
  snapshot(): TableSnapshot {
    this.#startMsShared = true;
    return {
      size: this.size,
      ...this.labelIndex.snapshot(),
      values: this.values.slice(0, this.size * this.width),
      startMs: this.#startMs.subarray(0, this.size),
      identity: this,
      layoutVersion: this.#layoutVersion,
    };
  }

  /** Creates a series directly after a look-up that returned {@link NO_SERIES}. */
  #create(labels: Readonly<Record<string, LabelValue>>): number {
    // At a limit, the series may become another one, and series may expire, with the values that the look-up found.
    if (!this.labelIndex.hasRoom()) return this.#findOrCreate(labels);
    const slot = this.labelIndex.appendFound(labels);
    this.#begin(slot);
    return slot;
  }

  #findOrCreate(labels: Readonly<Record<string, LabelValue>>): number {
    const values = this.labelIndex.valuesOf(labels);
    this.#expireAtLimit();
    const { size } = this;
    const slot = this.labelIndex.findOrAppend(labels, values);
    if (slot === size) this.#begin(slot);
    else if (this.#expiry !== undefined) this.#expiry.note(slot);
    return slot;
  }

  /** Expires series before a limit takes effect. A sweep visits every series, so not every look-up at a limit sweeps. */
  #expireAtLimit(): void {
    if (this.#expiry === undefined || !this.labelIndex.isAtLimit()) return;
    const nowMs = performance.now();
    if (this.#expiry.isDue(nowMs)) this.expire(nowMs);
  }

  /** Starts a new series at zero. */
  #begin(slot: number): void {
    if (slot === this.#capacity) this.#grow();
    this.#startMs[slot] = Date.now();
    this.#expiry?.begin(slot, performance.now());
    if (this.#createExtras !== undefined) this.extras[slot] = this.#createExtras();
  }

  #grow(): void {
    this.#capacity = nextCapacity(this.#capacity);
    this.#expiry?.resize(this.#capacity);
    const values = new Float64Array(this.#capacity * this.width);
    values.set(this.values);
    this.values = values;
    this.#handles.setValues(values);
    this.#copyStartMs();
  }

  #copyStartMs(): void {
    const startMs = new Float64Array(this.#capacity);
    startMs.set(this.#startMs.subarray(0, this.#capacity));
    this.#startMs = startMs;
    this.#startMsShared = false;
  }
}
