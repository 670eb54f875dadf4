import {
  type CollectContext,
  type Collector,
  checkFamily,
  checkMetricName,
  createFamily,
  describeValue,
  errorMessage,
  type FamilyDescription,
  type Gatherer,
  type GatherOptions,
  type Label,
  type LabelValue,
  type MetricFamily,
  PromwrightError,
  type Registerer,
  rangeError,
  reservedNames,
  typeError,
} from '@promwright/model';
import { isThenable } from '../is-thenable.ts';
import { checkConstLabels } from '../metric-options.ts';
import type { SeriesTable } from '../series/series-table.ts';
import { SHARED_STATE } from './adopting-collector.ts';
import { definitionDifferences } from './definition-differences.ts';
import { SelfMetrics } from './self-metrics.ts';
import { SharedRun } from './single-flight.ts';

/** What a registry is made with. */
export interface RegistryOptions {
  /** Put before the name of everything that is gathered, such as `myapp_`. */
  readonly prefix?: string;
  /** Added to everything that is gathered. A metric's own label of the same name wins. */
  readonly labels?: Readonly<Record<string, LabelValue>>;
}

interface Entry {
  readonly collector: Collector;
  readonly descriptions: readonly FamilyDescription[];
  readonly preparing: SharedRun<void>;
  readonly collecting: SharedRun<readonly MetricFamily[]>;
}

/** What came of asking one collector. */
type Outcome =
  | { readonly entry: Entry; readonly families: readonly MetricFamily[] }
  | { readonly entry: Entry; readonly error: unknown };

const DEFAULT_TIMEOUT_MS = 5000;
const TARGET_INFO = 'target_info';

/**
 * Holds metrics and other collectors, and gathers what they hold. Most programs need only the default one, in which
 * metrics register by themselves; make your own for tests, or for several `/metrics` in one program.
 */
export class Registry implements Registerer, Gatherer {
  readonly #prefix: string;
  readonly #labels: readonly Label[];
  readonly #entries = new Map<Collector, Entry>();
  readonly #byFamily = new Map<string, Entry>();
  /** Every name under which a family may appear in some format, and the family that has it. */
  readonly #taken = new Map<string, FamilyDescription>();
  readonly #self = new SelfMetrics();

  /** @throws for a prefix or label that no metric could have */
  constructor(options: RegistryOptions = {}) {
    this.#prefix = options.prefix ?? '';
    if (this.#prefix !== '') checkMetricName(this.#prefix);
    this.#labels = checkConstLabels('the registry', options.labels ?? {});
  }

  /**
   * Adds a collector and returns it. A metric that is there already under the same definition is returned instead, so that
   * a module which is loaded again goes on counting where it was.
   * @throws with code `DUPLICATE_DEFINITION` if a family of that name is defined differently, and with `CLASHING_NAME` if
   *   two families would share the name of a sample, as histogram `x` and counter `x_count`; the registry stays as it was
   */
  register<C extends Collector>(collector: C): C {
    if (typeof collector?.collect !== 'function') {
      throw typeError('INVALID_OPTION', `A collector must have a method "collect"; got ${describeValue(collector)}`);
    }
    if (this.#entries.has(collector)) return collector;
    const descriptions = collector.families ?? [];
    const same = this.#equal(collector, descriptions);
    if (same !== undefined) return same as C;

    // All names are checked before any is taken.
    const claimed = new Map<string, FamilyDescription>();
    for (const description of descriptions) {
      for (const name of reservedNames(description.name, description.type)) refuseTaken(this.#taken, name, description);
      claim(claimed, description);
    }
    for (const [name, description] of claimed) this.#taken.set(name, description);
    const entry: Entry = { collector, descriptions, preparing: new SharedRun(), collecting: new SharedRun() };
    for (const { name } of descriptions) this.#byFamily.set(name, entry);
    this.#entries.set(collector, entry);
    return collector;
  }

  /** Takes a collector out, or the metric that shares its series; returns whether it was there. Its counts stay with it. */
  unregister(collector: Collector): boolean {
    const entry = this.#entries.get(collector) ?? this.#sharing(collector);
    if (entry === undefined) return false;
    this.#entries.delete(entry.collector);
    for (const { name, type } of entry.descriptions) {
      this.#byFamily.delete(name);
      for (const reserved of reservedNames(name, type)) this.#taken.delete(reserved);
    }
    return true;
  }

  /** The collector that declares the family of this name, without the registry's prefix. */
  get(name: string): Collector | undefined {
    return this.#byFamily.get(name)?.collector;
  }

  /** Takes all collectors out. Their counts stay with them. */
  clear(): void {
    this.#entries.clear();
    this.#byFamily.clear();
    this.#taken.clear();
  }

  /**
   * All families at one instant: first every `collect` callback runs, then all numbers are copied at once. A collector that
   * fails or takes too long loses only its own families, and is counted in `promwright_collector_errors_total`.
   * @throws in strict mode if a collector fails; the reason of `signal` when that is aborted
   */
  async gather(options: GatherOptions = {}): Promise<readonly MetricFamily[]> {
    const { signal, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
    checkTimeout(timeoutMs);
    signal?.throwIfAborted();
    const entries = this.#wanted(options.names);

    const failed = new Map<Entry, unknown>();
    const preparing: Promise<void>[] = [];
    for (const entry of entries) {
      if (entry.collector.prepare === undefined) continue;
      const prepared = prepare(entry, failed, timeoutMs, signal);
      if (prepared !== undefined) preparing.push(prepared);
    }
    // No await where there is nothing to wait for: overlapping scrapes of plain metrics then need no turn of the loop.
    if (preparing.length > 0) await Promise.all(preparing);
    signal?.throwIfAborted();

    const collected: (Outcome | Promise<Outcome>)[] = [];
    for (const entry of entries) {
      collected.push(failed.has(entry) ? { entry, error: failed.get(entry) } : collect(entry, timeoutMs, signal));
    }
    const outcomes = collected.some(isThenable) ? await Promise.all(collected) : (collected as Outcome[]);
    signal?.throwIfAborted();
    return this.#assemble(outcomes, options);
  }

  /**
   * As {@link Registry.gather}, without waiting for anything.
   * @throws with code `ASYNC_COLLECTOR` if a collector is asynchronous
   */
  gatherSync(options: Pick<GatherOptions, 'names' | 'strict'> = {}): readonly MetricFamily[] {
    const entries = this.#wanted(options.names);
    const failed = new Map<Entry, unknown>();
    for (const entry of entries) {
      try {
        synchronous(entry, entry.collector.prepare?.(NEVER_ABORTED));
      } catch (error) {
        failed.set(entry, error);
      }
    }
    const outcomes = entries.map((entry): Outcome => {
      if (failed.has(entry)) return { entry, error: failed.get(entry) };
      try {
        return { entry, families: synchronous(entry, entry.collector.collect(NEVER_ABORTED)) };
      } catch (error) {
        return { entry, error };
      }
    });
    const asynchronous = outcomes.find((outcome) => 'error' in outcome && isAsyncError(outcome.error));
    if (asynchronous !== undefined && 'error' in asynchronous) throw asynchronous.error;
    return this.#assemble(outcomes, options);
  }

  #wanted(names: readonly string[] | undefined): Entry[] {
    const entries = [...this.#entries.values()];
    if (names === undefined) return entries;
    const wanted = new Set(names);
    return entries.filter(
      ({ descriptions }) =>
        descriptions.length === 0 || descriptions.some(({ name }) => wanted.has(this.#prefix + name)),
    );
  }

  #assemble(outcomes: readonly Outcome[], options: GatherOptions): readonly MetricFamily[] {
    const families: MetricFamily[] = [];
    const undeclared = new Map<string, FamilyDescription>();
    const fail = (entry: Entry, cause: unknown) => {
      const collector = nameOf(entry);
      this.#self.countError(collector);
      if (options.strict) {
        throw new PromwrightError('COLLECTOR_FAILED', `Collector "${collector}" failed: ${errorMessage(cause)}`, {
          cause,
        });
      }
    };
    for (const outcome of outcomes) {
      if ('error' in outcome) {
        fail(outcome.entry, outcome.error);
        continue;
      }
      if (!Array.isArray(outcome.families)) {
        const found = describeValue(outcome.families);
        fail(outcome.entry, typeError('INVALID_FAMILY', `A collector must give an array of families; got ${found}`));
        continue;
      }
      const isOurs = SHARED_STATE in outcome.entry.collector;
      for (const family of outcome.families) {
        try {
          if (!isOurs) checkFamily(family);
          if (this.#byFamily.get(family.name) !== outcome.entry) {
            for (const name of reservedNames(family.name, family.type)) refuseTaken(this.#taken, name, family);
            claim(undeclared, family);
          }
          families.push(this.#decorate(family));
        } catch (error) {
          fail(outcome.entry, error);
        }
      }
    }
    for (const family of this.#self.families(tablesOf(outcomes))) families.push(this.#decorate(family));
    moveToFront(families, TARGET_INFO);
    if (options.names === undefined) return families;
    const wanted = new Set(options.names);
    return families.filter(({ name }) => wanted.has(name));
  }

  #decorate(family: MetricFamily): MetricFamily {
    if (this.#prefix === '' && this.#labels.length === 0) return family;
    const own = new Set([...family.labelNames, ...family.constLabels.map(({ name }) => name)]);
    return createFamily({
      ...family,
      name: this.#prefix + family.name,
      constLabels: [...this.#labels.filter(({ name }) => !own.has(name)), ...family.constLabels],
    });
  }

  /** The metric already here with the same definition; throws if the definitions differ. */
  #equal(collector: Collector, descriptions: readonly FamilyDescription[]): Collector | undefined {
    for (const description of descriptions) {
      const entry = this.#byFamily.get(description.name);
      if (entry === undefined) continue;
      const there = entry.descriptions.find(({ name }) => name === description.name);
      const differences = definitionDifferences(there as FamilyDescription, description);
      if (differences.length === 0 && SHARED_STATE in collector && SHARED_STATE in entry.collector)
        return entry.collector;
      const reason =
        differences.length === 0 ? 'by another collector' : `with another definition: ${differences.join('; ')}`;
      throw new PromwrightError('DUPLICATE_DEFINITION', `Metric "${description.name}" is defined already ${reason}`);
    }
    return undefined;
  }

  #sharing(collector: Collector): Entry | undefined {
    if (!(SHARED_STATE in collector)) return undefined;
    const entry = this.#byFamily.get(collector.families?.[0]?.name ?? '');
    const table = (entry?.collector as { [SHARED_STATE]?: unknown } | undefined)?.[SHARED_STATE];
    return table !== undefined && table === collector[SHARED_STATE] ? entry : undefined;
  }
}

function tablesOf(outcomes: readonly Outcome[]): SeriesTable[] {
  const tables: SeriesTable[] = [];
  for (const { entry } of outcomes) {
    const state = (entry.collector as { [SHARED_STATE]?: unknown })[SHARED_STATE];
    if (isSeriesTable(state)) tables.push(state);
  }
  return tables;
}

/** What describes the program stands first (OpenMetrics 1.0, "Supporting target metadata"). */
function moveToFront(families: MetricFamily[], name: string): void {
  const at = families.findIndex((family) => family.name === name);
  if (at > 0) families.unshift(...families.splice(at, 1));
}

/** Not by its class, because the table may be of another copy of this package. */
function isSeriesTable(state: unknown): state is SeriesTable {
  return (state as SeriesTable | undefined)?.overflows !== undefined;
}

const NEVER_ABORTED: CollectContext = { signal: new AbortController().signal };

function claim(taken: Map<string, FamilyDescription>, family: FamilyDescription): void {
  const names = reservedNames(family.name, family.type);
  for (const name of names) refuseTaken(taken, name, family);
  for (const name of names) taken.set(name, family);
}

function refuseTaken(taken: ReadonlyMap<string, FamilyDescription>, name: string, family: FamilyDescription): void {
  const other = taken.get(name);
  if (other === undefined) return;
  const what = `${family.type} "${family.name}" and ${other.type} "${other.name}"`;
  throw new PromwrightError(
    'CLASHING_NAME',
    `The name "${name}" would be both of ${what} in a scrape; rename one of them`,
  );
}

function nameOf({ collector, descriptions }: Entry): string {
  return descriptions[0]?.name ?? (collector.constructor?.name || 'collector');
}

/** Brings a collector up to date, and notes it if that fails; a promise if it takes time. */
function prepare(
  entry: Entry,
  failed: Map<Entry, unknown>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<void> | undefined {
  try {
    const prepared = entry.preparing.join((context) => entry.collector.prepare?.(context), timeoutMs, signal);
    if (!isThenable(prepared)) return undefined;
    return Promise.resolve(prepared).then(undefined, (error) => void failed.set(entry, error));
  } catch (error) {
    failed.set(entry, error);
    return undefined;
  }
}

/** Asks a collector, and gives either what came or what went wrong; a promise if it takes time. */
function collect(entry: Entry, timeoutMs: number, signal: AbortSignal | undefined): Outcome | Promise<Outcome> {
  try {
    const families = entry.collecting.join((context) => entry.collector.collect(context), timeoutMs, signal);
    if (!isThenable(families)) return { entry, families };
    return Promise.resolve(families).then(
      (resolved): Outcome => ({ entry, families: resolved }),
      (error): Outcome => ({ entry, error }),
    );
  } catch (error) {
    return { entry, error };
  }
}

function synchronous<T>(entry: Entry, result: T | PromiseLike<T>): T {
  if (!isThenable(result)) return result;
  // Its outcome has nobody to go to.
  result.then(undefined, () => undefined);
  throw new PromwrightError('ASYNC_COLLECTOR', `Collector "${nameOf(entry)}" is asynchronous; use gather() instead`);
}

function isAsyncError(error: unknown): boolean {
  return error instanceof PromwrightError && (error as PromwrightError).code === 'ASYNC_COLLECTOR';
}

function checkTimeout(timeoutMs: unknown): void {
  if (typeof timeoutMs === 'number' && timeoutMs > 0) return;
  throw rangeError('INVALID_OPTION', `Option "timeoutMs" of gather must be positive; got ${describeValue(timeoutMs)}`);
}
