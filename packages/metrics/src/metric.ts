import {
  type CollectContext,
  type Collector,
  createFamily,
  describeValue,
  type FamilyDescription,
  type Label,
  type LabelValue,
  type Layout,
  type MetricFamily,
  type MetricType,
  PromwrightError,
  type Registerer,
  typeError,
} from '@promwright/model';
import { defaultRegistry } from './default-registry.ts';
import { type CheckedOptions, checkOptions, type Labels, type MetricOptions } from './metric-options.ts';
import { SeriesTable, SLOT, type SlotHolder, TABLE } from './series-table.ts';

/** What a kind of metric adds to the options that all share. */
export interface MetricShape {
  readonly type: MetricType;
  readonly layout: Layout;
  /** Whether its series carry the time at which they began to count. */
  readonly hasStart: boolean;
  /** What beside name, help and labels makes two definitions differ. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** One series, held so that its labels need not be looked up again. */
export abstract class HeldSeries implements SlotHolder {
  readonly [TABLE]: SeriesTable;
  [SLOT]: number;

  constructor(table: SeriesTable, slot: number) {
    this[TABLE] = table;
    this[SLOT] = slot;
  }
}

/** What all metrics have in common: their series, their definition, and their place in registries. */
export abstract class Metric<L extends string, S extends HeldSeries> implements Collector {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  /** Names of the labels, in the order in which they are shown. */
  readonly labelNames: readonly L[];
  /** What this metric gives, for checks at registration. */
  readonly families: readonly FamilyDescription[];
  [TABLE]: SeriesTable;

  readonly #layout: Layout;
  readonly #hasStart: boolean;
  readonly #unit: string | undefined;
  readonly #constLabels: readonly Label[];

  protected constructor(options: MetricOptions<L>, shape: MetricShape) {
    const checked = checkOptions(options as MetricOptions<string>, shape.type);
    const registries = registriesOf(checked.name, options.registry);
    this.name = checked.name;
    this.help = checked.help;
    this.type = shape.type;
    this.labelNames = checked.labelNames as readonly L[];
    this.families = [describe(checked, shape)];
    this.#layout = shape.layout;
    this.#hasStart = shape.hasStart;
    this.#unit = checked.unit;
    this.#constLabels = checked.constLabels;

    const table = new SeriesTable({
      metric: checked.name,
      labelNames: checked.labelNames,
      width: shape.layout.width,
      labelLimits: checked.labelLimits,
      seriesLimit: checked.seriesLimit,
    });
    this[TABLE] = table;
    // Refused here, where nothing is registered yet.
    for (const labels of options.initialLabels ?? []) table.find(labels);
    registerAll(this, registries);
    // Registration may have found the table of an equal metric, which then is this one's as well.
    if (this[TABLE] !== table) for (const labels of options.initialLabels ?? []) this[TABLE].find(labels);
    // An unlabelled metric always has its series, so that it is scraped before it is first used.
    if (this.labelNames.length === 0) this[TABLE].find({});
  }

  /**
   * The series with these labels, made at zero if there is none yet. Keep it in a variable on hot paths: it saves the
   * look-up. The same labels always give the same object, until the series is removed.
   * @throws for missing, unknown or non-scalar labels
   */
  labels(labels: Labels<L>): S {
    const table = this[TABLE];
    return table.hold(table.find(labels), (slot) => this.createSeries(table, slot));
  }

  /** Takes out the series with these labels; returns whether there was one. A held series of it writes nowhere from now on. */
  remove(labels: Labels<L>): boolean {
    const table = this[TABLE];
    const slot = table.peek(labels);
    if (slot < 0) return false;
    if (this.labelNames.length === 0) this.#reset();
    else table.remove(slot);
    return true;
  }

  /**
   * Takes out every series that has all of these label values, whatever its other labels; returns how many there were.
   * @throws for unknown or non-scalar labels
   */
  removeWhere(labels: Partial<Labels<L>>): number {
    if (this.labelNames.length === 0) {
      this.#reset();
      return 1;
    }
    return this[TABLE].removeWhere(labels as Readonly<Record<string, LabelValue>>);
  }

  /** Takes out all series. A metric without labels starts again at zero instead. */
  clear(): void {
    if (this.labelNames.length === 0) this.#reset();
    else this[TABLE].clear();
  }

  /** Brings the metric up to date through its `collect` option, if it was given one. */
  prepare(context: CollectContext): void | PromiseLike<void> {
    return this[TABLE].refresh?.(context);
  }

  /** All series as they are now. */
  collect(): readonly MetricFamily[] {
    const { startMs, ...columns } = this[TABLE].snapshot();
    return [
      createFamily({
        name: this.name,
        type: this.type,
        help: this.help,
        ...(this.#unit !== undefined && { unit: this.#unit }),
        constLabels: this.#constLabels,
        labelNames: this[TABLE].labelNames,
        layout: this.#layout,
        ...columns,
        ...(this.#hasStart && { startMs }),
      }),
    ];
  }

  /** Makes the held series of a slot. */
  protected abstract createSeries(table: SeriesTable, slot: number): S;

  /** The slot of the series with these labels, made if new; without labels, that of an unlabelled metric. */
  protected slotOf(labels: Labels<string> | undefined): number {
    if (labels === undefined && this.labelNames.length === 0) return 0;
    return this[TABLE].find(labels ?? NO_LABELS);
  }

  /** As {@link Metric.slotOf}, but -1 if there is no such series. */
  protected existingSlotOf(labels: Labels<string> | undefined): number {
    return this[TABLE].peek(labels ?? NO_LABELS);
  }

  /** Zero from now on, in the slot it has, so that held series go on. */
  #reset(): void {
    const table = this[TABLE];
    table.values.fill(0);
    table.restart(0, Date.now());
  }
}

const NO_LABELS: Labels<string> = Object.freeze({});

function describe(checked: CheckedOptions, shape: MetricShape): FamilyDescription {
  return {
    name: checked.name,
    type: shape.type,
    help: checked.help,
    ...(checked.unit !== undefined && { unit: checked.unit }),
    labelNames: checked.labelNames,
    constLabels: checked.constLabels,
    ...(shape.parameters && { parameters: shape.parameters }),
  };
}

function registriesOf(metric: string, registry: MetricOptions['registry']): readonly Registerer[] {
  if (registry === undefined) return [defaultRegistry];
  if (registry === null) return [];
  const registries: readonly Registerer[] = Array.isArray(registry) ? registry : [registry];
  for (const each of registries) {
    if (typeof each?.register !== 'function') {
      throw typeError(
        'INVALID_OPTION',
        `Option "registry" of metric "${metric}" must be a registry, an array of them, or null; got ${describeValue(each)}`,
      );
    }
  }
  return registries;
}

/** Registers in all or, when one refuses, in none. */
function registerAll<S extends HeldSeries>(metric: Metric<string, S>, registries: readonly Registerer[]): void {
  const added: Registerer[] = [];
  let adopted: SeriesTable | undefined;
  try {
    for (const registry of registries) {
      const registered: { [TABLE]?: SeriesTable } = registry.register(metric);
      if (registered === metric) {
        added.push(registry);
        continue;
      }
      const table = registered[TABLE];
      if (table === undefined || (adopted !== undefined && adopted !== table)) {
        throw new PromwrightError(
          'DUPLICATE_DEFINITION',
          `Metric "${metric.name}" is defined already in two of the registries, each with series of its own`,
        );
      }
      adopted = table;
    }
  } catch (error) {
    for (const registry of added) registry.unregister(metric);
    throw error;
  }
  if (adopted !== undefined) metric[TABLE] = adopted;
}
