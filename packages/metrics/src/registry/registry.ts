import {
  type Collector,
  checkDescription,
  checkFamily,
  checkMetricName,
  checkOptionNames,
  createFamily,
  DEFAULT_COLLECTOR_TIMEOUT_MS,
  describeValue,
  errorMessage,
  escapeName,
  type FamilyDescription,
  type Gatherer,
  type GatherOptions,
  isThenable,
  type Label,
  type LabelValue,
  type MetricFamily,
  type MetricSettings,
  optionTypeError,
  PromwrightError,
  type Registerer,
  rangeError,
  reservedNames,
  typeError,
} from '@promwright/model';
import { checkConstLabels } from '../metric-options.ts';
import type { SeriesTable } from '../series/series-table.ts';
import { SHARED_STATE } from './adopting-collector.ts';
import {
  CollectorEntry,
  type CollectorResult,
  collectAll,
  collectAllSync,
  prepareAll,
  runAllSync,
} from './collector-runs.ts';
import { definitionDifferences } from './definition-differences.ts';
import { NameClaims } from './name-claims.ts';
import { RegistrySettings, type RegistrySettingsOptions } from './registry-settings.ts';
import { SELF_FAMILIES, SelfMetrics } from './self-metrics.ts';

/** Options of a registry. */
export interface RegistryOptions extends RegistrySettingsOptions {
  /** Prefix of the name of every gathered family, such as `myapp_`. */
  readonly prefix?: string;
  /** Labels added to every gathered family. A metric's own label of the same name wins. */
  readonly labels?: Readonly<Record<string, LabelValue>>;
}

const REGISTRY_OPTIONS: Readonly<Record<keyof RegistryOptions, true>> = {
  prefix: true,
  labels: true,
  onInvalid: true,
  nameValidationScheme: true,
  labelValueLengthLimit: true,
};

/** Advice for the constructor argument and the methods of the library prom-client. */
const COUNTERPARTS: Readonly<Record<string, string>> = {
  regContentType: 'each scrape negotiates its format',
  defaultLabels: 'use "labels"',
};

const TARGET_INFO = 'target_info';

/**
 * Set of metrics and other collectors, which gathers their families. Most programs need only the default registry, in which
 * metrics register by themselves; create a registry for tests, or for several `/metrics` in one program.
 */
export class Registry implements Registerer, Gatherer {
  readonly #settings = new RegistrySettings();
  #prefix = '';
  #labels: readonly Label[] = [];
  readonly #entries = new Map<Collector, CollectorEntry>();
  readonly #byFamily = new Map<string, CollectorEntry>();
  readonly #claims = new NameClaims();
  /** Names of the metrics about the registry. */
  readonly #reserved = new NameClaims(SELF_FAMILIES, "the registry's ");
  readonly #self = new SelfMetrics();

  /** @throws for a prefix or label that no metric could have */
  constructor(options: RegistryOptions = {}) {
    this.configure(options);
  }

  /** Settings for the metrics of this registry. */
  get settings(): MetricSettings {
    return this.#settings;
  }

  /**
   * Replaces all options; metrics and their counts stay, and follow the new options.
   * @internal
   */
  configure(options: RegistryOptions): void {
    checkOptionNames('Registry', options, Object.keys(REGISTRY_OPTIONS), COUNTERPARTS);
    const { prefix = '', labels = {}, ...settings } = options;
    const checked = new RegistrySettings(settings);
    if (prefix !== '') checkMetricName(prefix, checked.nameValidationScheme);
    const checkedLabels = checkConstLabels('the registry', labels, checked);
    this.#settings.configure(settings);
    this.#prefix = prefix;
    this.#labels = checkedLabels;
  }

  /**
   * Adds a collector and returns it. If a metric of the same definition is registered already, returns that metric instead,
   * so that a module which is loaded again continues to count in the same series.
   * @throws with code `DUPLICATE_DEFINITION` if a family of that name is defined differently, with `CLASHING_NAME` if two families
   *   would share the name of a sample, as histogram `x` and counter `x_count`, and with `INVALID_FAMILY` for a wrong
   *   description of a family; the registry is then unchanged
   */
  register<C extends Collector>(collector: C): C {
    if (typeof collector?.collect !== 'function') {
      throw typeError('INVALID_OPTION', `A collector must have a method "collect"; got ${describeValue(collector)}`);
    }
    if (this.#entries.has(collector)) return collector;
    checkDescriptions(collector);
    const entry = new CollectorEntry(collector);
    const equal = this.#findEqual(entry);
    if (equal !== undefined) return equal as C;

    this.#claimNames(entry.descriptions);
    for (const description of entry.descriptions) this.#byFamily.set(description.name, entry);
    this.#entries.set(collector, entry);
    return collector;
  }

  /**
   * Removes a collector, or the metric that shares its series. The collector keeps its counts.
   * @returns true if the collector was registered
   */
  unregister(collector: Collector): boolean {
    const entry = this.#entries.get(collector) ?? this.#entrySharing(collector);
    if (entry === undefined) return false;
    this.#entries.delete(entry.collector);
    for (const description of entry.descriptions) {
      this.#byFamily.delete(description.name);
      this.#claims.release(description);
    }
    return true;
  }

  /** Returns the collector that declares the family of this name, without the registry's prefix. */
  get(name: string): Collector | undefined {
    return this.#byFamily.get(name)?.collector;
  }

  /** Removes all collectors. They keep their counts. */
  clear(): void {
    this.#entries.clear();
    this.#byFamily.clear();
    this.#claims.clear();
  }

  /**
   * Gathers all families at one instant: first every `collect` callback runs, then all numbers are copied at once. A
   * collector that fails or takes too long loses only its own families, and is counted in
   * `promwright_collector_errors_total`.
   * @throws in strict mode if a collector fails; the reason of `signal` when that is aborted
   */
  async gather(options: GatherOptions = {}): Promise<readonly MetricFamily[]> {
    const { signal, timeoutMs = DEFAULT_COLLECTOR_TIMEOUT_MS, keepAlive = true } = options;
    checkTimeout(timeoutMs);
    signal?.throwIfAborted();
    const entries = this.#entriesFor(options.names);
    const limits = { timeoutMs, signal, keepAlive };

    // No await where there is nothing to wait for: overlapping scrapes of plain metrics then need no turn of the event loop.
    const preparing = prepareAll(entries, limits);
    const failed = isThenable(preparing) ? await preparing : preparing;
    signal?.throwIfAborted();

    const collecting = collectAll(entries, failed, limits);
    const results = isThenable(collecting) ? await collecting : collecting;
    signal?.throwIfAborted();
    return this.#assemble(results, options);
  }

  /**
   * Gathers like {@link Registry.gather}, without waiting.
   * @throws with code `ASYNC_COLLECTOR` if a collector is asynchronous
   */
  gatherSync(options: Pick<GatherOptions, 'names' | 'strict'> = {}): readonly MetricFamily[] {
    return this.#assemble(runAllSync(this.#entriesFor(options.names)), options);
  }

  /**
   * Returns the families of all metrics as they are now, without any callback: metrics with a `collect` callback show the numbers
   * of its last run, and the families of custom collectors are missing.
   */
  snapshot(): readonly MetricFamily[] {
    const metrics = [...this.#entries.values()].filter(({ collector }) => SHARED_STATE in collector);
    return this.#assemble(collectAllSync(metrics), {});
  }

  /** Claims the names of all families, or of none if one of them clashes. */
  #claimNames(families: readonly FamilyDescription[]): void {
    const named = families.map((family) => ({ family, names: reservedNames(family.name, family.type) }));
    for (const { family, names } of named) this.#reserved.check(family, names);
    if (families.length > 1) {
      for (const { family, names } of named) this.#claims.check(family, names);
      new NameClaims(families);
    }
    for (const { family, names } of named) this.#claims.claim(family, names);
  }

  #entriesFor(names: readonly string[] | undefined): CollectorEntry[] {
    const entries = [...this.#entries.values()];
    if (names === undefined) return entries;
    // A string would be taken for its letters, and the page would be empty.
    if (!Array.isArray(names)) throw optionTypeError('names', 'an array of names of families', names);
    const wanted = new Set(names);
    return entries.filter(
      ({ descriptions }) =>
        descriptions.length === 0 || descriptions.some(({ name }) => wanted.has(this.#prefix + name)),
    );
  }

  #assemble(results: readonly CollectorResult[], options: GatherOptions): readonly MetricFamily[] {
    const families: MetricFamily[] = [];
    const undeclared = new NameClaims();
    const fail = (entry: CollectorEntry, cause: unknown) => {
      this.#self.countError(entry.name);
      if (options.strict) {
        throw new PromwrightError('COLLECTOR_FAILED', `Collector "${entry.name}" failed: ${errorMessage(cause)}`, {
          cause,
        });
      }
    };
    for (const result of results) {
      if ('error' in result) {
        fail(result.entry, result.error);
        continue;
      }
      const { entry } = result;
      if (!Array.isArray(result.families)) {
        const found = describeValue(result.families);
        fail(entry, typeError('INVALID_FAMILY', `A collector must return an array of families; got ${found}`));
        continue;
      }
      const isOurs = SHARED_STATE in entry.collector;
      for (const family of result.families) {
        try {
          if (!isOurs) checkFamily(family);
          if (this.#byFamily.get(family.name) !== entry) {
            this.#claims.check(family);
            undeclared.claim(family);
          }
          families.push(this.#decorate(family));
        } catch (error) {
          fail(entry, error);
        }
      }
    }
    for (const family of this.#self.families(tablesOf(results), this.#settings.invalidObservations))
      families.push(this.#decorate(family));
    moveToFront(families, TARGET_INFO);
    if (options.names === undefined) return families;
    const wanted = new Set(options.names);
    return families.filter(({ name }) => wanted.has(name));
  }

  #decorate(family: MetricFamily): MetricFamily {
    if (this.#prefix === '' && this.#labels.length === 0) return family;
    const name = this.#prefix + family.name;
    const own = [...family.labelNames, ...family.constLabels.map((label) => label.name)];
    // The states of a state set are in a label with the name of the family.
    if (family.layout.kind === 'state') own.push(name);
    // Compared as escaped for servers without UTF-8 names: such a page would have the label twice.
    const taken = new Set(own.map((label) => escapeName(label, 'underscores')));
    return createFamily({
      ...family,
      name,
      constLabels: [
        ...this.#labels.filter((label) => !taken.has(escapeName(label.name, 'underscores'))),
        ...family.constLabels,
      ],
    });
  }

  /**
   * Returns the registered metric of the same definition, if any.
   * @throws with code `DUPLICATE_DEFINITION` if a family of the same name is defined differently
   */
  #findEqual({ collector, descriptions }: CollectorEntry): Collector | undefined {
    for (const description of descriptions) {
      const entry = this.#byFamily.get(description.name);
      if (entry === undefined) continue;
      const there = entry.descriptions.find(({ name }) => name === description.name);
      const differences = definitionDifferences(there as FamilyDescription, description);
      if (differences.length === 0 && SHARED_STATE in collector && SHARED_STATE in entry.collector) {
        return entry.collector;
      }
      const reason =
        differences.length === 0 ? 'by another collector' : `with another definition: ${differences.join('; ')}`;
      throw new PromwrightError('DUPLICATE_DEFINITION', `Metric "${description.name}" is defined already ${reason}`);
    }
    return undefined;
  }

  /** Returns the entry of the metric that shares its series with a collector. */
  #entrySharing(collector: Collector): CollectorEntry | undefined {
    const state = sharedStateOf(collector);
    if (state === undefined) return undefined;
    const entry = this.#byFamily.get(collector.families?.[0]?.name ?? '');
    return entry !== undefined && sharedStateOf(entry.collector) === state ? entry : undefined;
  }
}

function sharedStateOf(collector: Collector): unknown {
  return (collector as { [SHARED_STATE]?: unknown })[SHARED_STATE];
}

function tablesOf(results: readonly CollectorResult[]): SeriesTable[] {
  return results.map(({ entry }) => sharedStateOf(entry.collector)).filter(isSeriesTable);
}

/** Recognizes a table by its properties, because its class may be of another copy of this package. */
function isSeriesTable(state: unknown): state is SeriesTable {
  return (state as SeriesTable | undefined)?.overflows !== undefined;
}

/** Moves the family that describes the program to the front (OpenMetrics 1.0, "Supporting target metadata"). */
function moveToFront(families: MetricFamily[], name: string): void {
  const at = families.findIndex((family) => family.name === name);
  if (at > 0) families.unshift(...families.splice(at, 1));
}

function checkDescriptions({ families = [] }: Collector): void {
  if (!Array.isArray(families)) {
    const found = describeValue(families);
    throw typeError('INVALID_FAMILY', `Property "families" of a collector must be an array; got ${found}`);
  }
  for (const family of families) checkDescription(family);
}

function checkTimeout(timeoutMs: unknown): void {
  if (typeof timeoutMs === 'number' && timeoutMs > 0) return;
  throw rangeError('INVALID_OPTION', `Option "timeoutMs" of gather must be positive; got ${describeValue(timeoutMs)}`);
}
