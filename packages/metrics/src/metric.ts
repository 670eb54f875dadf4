import {
  type CollectContext,
  createFamily,
  describeValue,
  type FamilyColumns,
  type FamilyDescription,
  type Label,
  type Layout,
  type MergeMode,
  type MetricFamily,
  type MetricScope,
  type MetricType,
  rangeError,
} from '@promwright/model';
import { type CheckedOptions, checkOptions, type Labels, type MetricOptions } from './metric-options.ts';
import { type AdoptingCollector, SHARED_STATE } from './registry/adopting-collector.ts';
import { registerAll, registriesOf, settingsOf } from './registry/registration.ts';
import type { BoundLabels } from './series/bound-labels.ts';
import { checkLabelObject } from './series/check-labels.ts';
import type { Series } from './series/series.ts';
import { SeriesTable } from './series/series-table.ts';

/** Properties of a kind of metric, beside the options that all metrics share. */
export interface MetricShape<E = unknown> {
  readonly type: MetricType;
  /** Names of all options. */
  readonly options: readonly string[];
  readonly layout: Layout;
  /** Numbers per series in the table, if different from the layout's width. */
  readonly width?: number;
  /** True if series carry the time at which they began to count. */
  readonly hasStart: boolean;
  /** Creates the data of a new series beside its numbers; see {@link SeriesTable.extras}. */
  readonly createExtras?: (() => E) | undefined;
  /** Further parts of the definition, beside name, help and labels: two equal definitions have equal parameters. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Columns of a kind of metric, beside the columns that all metrics have. */
export type ExtraColumns = Partial<Pick<FamilyColumns, 'values' | 'exemplars' | 'native' | 'sketch'>>;

/** Common part of all metrics: their series, their definition and their registration. */
export abstract class Metric<L extends string, S extends Series<E>, E = unknown>
  implements AdoptingCollector<SeriesTable<E>>
{
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  /** Names of the labels of an observation, in the order of the exposition. */
  readonly labelNames: readonly L[];
  /** Family that this metric declares, for checks at registration. */
  readonly families: readonly FamilyDescription[];
  /** @internal */
  declare table: SeriesTable<E>;

  // `#private` fields do not work here and in subclasses: `withLabels()` returns a copy of the metric that no constructor made,
  // and such an object has no private fields.
  private readonly layout: Layout;
  private readonly hasStart: boolean;
  private readonly unit: string | undefined;
  private readonly constLabels: readonly Label[];
  private readonly merge: MergeMode;
  private readonly scope: MetricScope;
  /** True if all observations without labels go to slot 0, and none is noted. */
  private readonly hasOnlySlot: boolean;
  /** True if a snapshot tells the time of the last write to each series. */
  private readonly notesWrites: boolean;
  /** Labels bound by `withLabels()`. */
  private readonly bound: Labels<string> | undefined;
  /** The same, prepared for look-ups; `undefined` also for labels that are wrong. */
  private readonly preparedBound: BoundLabels | undefined;

  protected constructor(options: MetricOptions<L>, shape: MetricShape<E>) {
    const registries = registriesOf(options?.name, options?.registry);
    const settings = settingsOf(registries);
    const checked = checkOptions(options as MetricOptions<string>, shape.type, shape.options, settings);
    this.name = checked.name;
    this.help = checked.help;
    this.type = shape.type;
    this.labelNames = checked.labelNames as readonly L[];
    this.families = [describe(checked, shape)];
    this.layout = shape.layout;
    this.hasStart = shape.hasStart;
    this.unit = checked.unit;
    this.constLabels = checked.constLabels;
    this.merge = checked.merge;
    this.scope = checked.scope;
    this.bound = undefined;
    this.preparedBound = undefined;

    const hasLabels = checked.labelNames.length > 0;
    const isRecent = checked.merge === 'mostrecent' || checked.merge === 'livemostrecent';
    const notesWrites = isRecent && (shape.type === 'gauge' || shape.type === 'stateset');
    const table = new SeriesTable<E>({
      metric: checked.name,
      labelNames: checked.labelNames,
      width: shape.width ?? shape.layout.width,
      labelLimits: checked.labelLimits,
      seriesLimit: checked.seriesLimit,
      createExtras: shape.createExtras,
      settings,
      expireAfterMs: (hasLabels ? checked.expireAfterMs : undefined) ?? (notesWrites ? Infinity : undefined),
    });
    this.table = table;
    this.hasOnlySlot = !hasLabels && !notesWrites;
    this.notesWrites = notesWrites;
    // Wrong labels are refused here, before the metric is registered.
    for (const labels of options.initialLabels ?? []) table.slotFor(labels);
    registerAll(this, registries);
    // Registration may have replaced the table by the table of an equal metric, which may lack these series.
    if (this.table !== table) for (const labels of options.initialLabels ?? []) this.table.slotFor(labels);
    // An unlabelled metric always has its series, so that a scrape before the first use shows zero.
    if (!hasLabels) this.table.slotFor({});
    if (notesWrites && this.table === table) table.forgetWrites();
  }

  /** Table of the series. Registration replaces the table by the table of an equal metric, if one is registered already. */
  get [SHARED_STATE](): SeriesTable<E> {
    return this.table;
  }

  set [SHARED_STATE](table: SeriesTable<E>) {
    this.table = table;
  }

  /**
   * Returns the handle of the series with these labels; creates the series at zero if there is none. Keep the handle in a
   * variable on hot paths: it saves the look-up. The same labels return the same object until the series is removed. Wrong
   * labels are reported ({@link RegistryOptions.onInvalid}), and return a handle that writes nowhere.
   */
  labels(labels: Labels<L>): S {
    const table = this.table;
    const create = (slot: number) => this.createSeries(table, slot);
    try {
      return table.handleFor(this.slotOf(labels), create);
    } catch (error) {
      table.reportInvalid(error);
      return table.detachedHandle(create);
    }
  }

  /**
   * Removes the series with these labels. Later writes through its handle are ignored. Wrong labels are reported.
   * @returns true if there was such a series
   */
  remove(labels: Labels<L>): boolean {
    let slot = -1;
    try {
      slot = this.existingSlotOf(labels);
    } catch (error) {
      this.table.reportInvalid(error);
    }
    if (slot < 0) return false;
    if (this.table.labelNames.length === 0) this.table.reset(slot);
    else this.table.remove(slot);
    return true;
  }

  /**
   * Removes every series that has all of these label values, whatever its other labels; returns the number of removed series.
   * Wrong labels are reported, and remove nothing.
   */
  removeWhere(labels: Partial<Labels<L>>): number {
    const table = this.table;
    try {
      // A map or a missing argument would select all series.
      checkLabelObject(this.name, this.labelNames, labels);
      const all = this.withBound(labels as Labels<string>);
      if (table.labelNames.length > 0) return table.removeWhere(all);
      const count = table.countWhere(all);
      table.reset(0);
      return count;
    } catch (error) {
      table.reportInvalid(error);
      return 0;
    }
  }

  /** Removes all series. A metric without labels starts again at zero instead. */
  clear(): void {
    if (this.bound !== undefined) this.removeWhere({});
    else if (this.table.labelNames.length === 0) this.table.reset(0);
    else this.table.clear();
  }

  /**
   * Sets all series to zero and keeps them: their handles continue to count, and a scrape shows every known label set. Series
   * of counters, histograms and summaries get a new start time. For tests; a server takes it for a restart of the program.
   */
  reset(): void {
    try {
      this.table.resetWhere(this.bound ?? NO_LABELS);
    } catch (error) {
      this.table.reportInvalid(error);
    }
  }

  /** Calls the option `collect`, if any, to update the metric. */
  prepare(context: CollectContext): void | PromiseLike<void> {
    return this.table.prepare?.(context);
  }

  /** Returns the family with all series at this instant. */
  collect(): readonly MetricFamily[] {
    const nowMs = performance.now();
    const table = this.table;
    table.expire(nowMs);
    const extra = this.extraColumns(nowMs);
    const { startMs, ...columns } = table.snapshot();
    return [
      createFamily({
        name: this.name,
        type: this.type,
        help: this.help,
        ...(this.unit !== undefined && { unit: this.unit }),
        constLabels: this.constLabels,
        labelNames: table.labelNames,
        layout: this.layout,
        ...columns,
        ...(this.hasStart && { startMs }),
        ...(this.notesWrites && { updatedMs: table.updateTimes() }),
        merge: this.merge,
        scope: this.scope,
        ...extra,
      }),
    ];
  }

  /** Creates the handle of the series in a slot. */
  protected abstract createSeries(table: SeriesTable<E>, slot: number): S;

  /**
   * Returns the further columns of this kind of metric. Called before the numbers are copied, and may update them.
   * @param _nowMs present time on the clock of `performance.now()`
   */
  protected extraColumns(_nowMs: number): ExtraColumns {
    return {};
  }

  /** Returns the slot of the series with these labels, creating it if new; without labels, the slot of an unlabelled metric. */
  protected slotOf(labels: Labels<string> | undefined): number {
    if (this.bound !== undefined) {
      const { preparedBound } = this;
      const slot = preparedBound === undefined ? -1 : this.table.slotForOthers(preparedBound, labels ?? NO_LABELS);
      return slot < 0 ? this.table.slotFor(this.withBound(labels)) : slot;
    }
    if (labels === undefined && this.hasOnlySlot) return 0;
    return this.table.slotFor(labels ?? NO_LABELS);
  }

  /** Returns the slot of the series with these labels, or -1 if there is none. */
  protected existingSlotOf(labels: Labels<string> | undefined): number {
    return this.table.find(this.withBound(labels));
  }

  /** Returns a copy of this metric that has the same series and some labels bound. */
  protected bindLabels(labels: Labels<string>): this {
    let bound = this.bound ?? NO_LABELS;
    let preparedBound: BoundLabels | undefined;
    try {
      checkLabelObject(this.name, this.labelNames, labels);
      bound = Object.freeze({ ...this.withBound(labels) });
      // Refuses unknown and non-scalar labels. Every observation will be refused for the same reason.
      preparedBound = this.table.labelIndex.bind(bound);
    } catch (error) {
      this.table.reportInvalid(error);
    }
    const labelNames = Object.freeze(this.labelNames.filter((name) => !Object.hasOwn(bound, name)));
    return Object.assign(Object.create(Object.getPrototypeOf(this)), this, { bound, preparedBound, labelNames });
  }

  private withBound(labels: Labels<string> = NO_LABELS): Labels<string> {
    const { bound } = this;
    if (bound === undefined) return labels;
    checkLabelObject(this.name, this.labelNames, labels);
    for (const name of Object.keys(labels)) {
      if (!Object.hasOwn(bound, name)) continue;
      throw rangeError(
        'INVALID_LABELS',
        `Label "${name}" of metric "${this.name}" is bound to "${bound[name]}" here; got ${describeValue(labels[name])}`,
      );
    }
    return { ...bound, ...labels };
  }
}

const NO_LABELS: Labels<string> = Object.freeze({});

function describe(checked: CheckedOptions, shape: MetricShape): FamilyDescription {
  const { name, help, unit, labelNames, constLabels, merge, scope } = checked;
  // The spread only where it is needed, because it takes as long as the rest of this function.
  const parameters = shape.parameters === undefined ? { merge, scope } : { merge, scope, ...shape.parameters };
  const description = { name, type: shape.type, help, labelNames, constLabels, parameters };
  return unit === undefined ? description : { ...description, unit };
}
