import type { Label, MetricFamily, MetricType } from './metric-family.ts';
import type { NameValidationScheme } from './names.ts';

/**
 * Longest time that a gathering gives one collector, in milliseconds, unless `GatherOptions.timeoutMs` sets another.
 */
export const DEFAULT_COLLECTOR_TIMEOUT_MS: number = 5000;

/** Definition of a family, known before the family is collected. */
export interface FamilyDescription {
  /** Full name of the family, as in {@link MetricFamily.name}. */
  readonly name: string;
  readonly type: MetricType;
  /** Description for people. */
  readonly help?: string;
  /** Unit in full words, such as `seconds`. */
  readonly unit?: string;
  /** Names of the labels in which series differ. */
  readonly labelNames?: readonly string[];
  /** Labels that every series has, with the same values. */
  readonly constLabels?: readonly Label[];
  /** Other properties in which two definitions of one name may differ, such as bucket bounds; compared as strings. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Argument of a collector's methods. */
export interface CollectContext {
  /** Signal that is aborted once no caller waits for the result any longer. */
  readonly signal: AbortSignal;
}

/**
 * Source of metric families. Every metric is a collector. Write a custom collector for numbers that exist elsewhere in
 * the program, such as the size of a pool, and build its families with `familyFromRows`.
 *
 * @example
 * registry.register({
 *   collect: () => [familyFromRows({ name: 'pool_size', type: 'gauge', rows: [{ value: pool.size }] })],
 * });
 */
export interface Collector {
  /**
   * Descriptions of the families that `collect` will return. A registry checks them for clashing names at registration.
   * The families of a collector without descriptions are checked at each gathering instead, and clashing ones are
   * omitted.
   */
  readonly families?: readonly FamilyDescription[];
  /**
   * Brings the numbers up to date. A registry prepares all its collectors before it collects from any, so that the
   * collected numbers are of one instant. Gatherings that overlap share one run.
   */
  prepare?(context: CollectContext): void | PromiseLike<void>;
  /** Returns the families. If returned without a promise, they are of the same instant as the registry's metrics. */
  collect(context: CollectContext): readonly MetricFamily[] | PromiseLike<readonly MetricFamily[]>;
}

/** Settings that a registry has for all its metrics. */
export interface MetricSettings {
  /** Character set of metric and label names. */
  readonly nameValidationScheme: NameValidationScheme;
  /** Limit of the length of a label value, in UTF-16 units; longer values are cut. */
  readonly labelValueLengthLimit: number;
  /**
   * Receives an observation that a metric refused, such as a negative increase of a counter. The metric drops the observation
   * if this function returns.
   * @throws the error, if the registry wants wrong observations thrown
   */
  reportInvalid(metric: string, error: unknown): void;
}

/** Registration side of a registry: the type to accept in code that provides metrics. */
export interface Registerer {
  /** Settings for the metrics; a metric of several registries follows the first. Defaults apply if omitted. */
  readonly settings?: MetricSettings | undefined;
  /**
   * Adds a collector.
   * @returns the collector; if a metric with an equal definition is registered already, that metric instead
   * @throws with code `DUPLICATE_DEFINITION` or `CLASHING_NAME` if a different definition has taken one of the names
   */
  register<C extends Collector>(collector: C): C;
  /** Removes a collector. Returns true if the collector was registered. */
  unregister(collector: Collector): boolean;
}

/** Options of {@link Gatherer.gather}. */
export interface GatherOptions {
  /** Signal that ends the gathering: the promise is rejected with the reason of the signal. */
  readonly signal?: AbortSignal;
  /**
   * Limit of the time of one collector, in milliseconds. The families of a slower collector are omitted. Default 5000;
   * `Infinity` sets no limit.
   */
  readonly timeoutMs?: number;
  /** Exact names of the families to return, default all. Collectors known to have none of these families do not run. */
  readonly names?: readonly string[];
  /** Id of one process to gather alone, of those that {@link Gatherer.members} lists. Gatherers without members ignore it. */
  readonly member?: string;
  /** True to reject if any collector fails, instead of omitting its families. Default false. */
  readonly strict?: boolean;
  /**
   * False if the time limits of collectors must not keep the process alive, as for a gathering in the background. Default true: an
   * awaited call settles even if a collector hangs and the process has no other work.
   */
  readonly keepAlive?: boolean;
}

/** Reading side of a registry: the type to accept in code that exports metrics. */
export interface Gatherer {
  /** Collects all families, as one consistent snapshot. */
  gather(options?: GatherOptions): Promise<readonly MetricFamily[]>;
  /**
   * Returns the families of all metrics as they are now, without any callback: metrics with a `collect` callback show the numbers
   * of its last run, and the families of custom collectors are missing. For code that reads often. Optional.
   */
  snapshot?(): readonly MetricFamily[];
  /** Returns the ids of the running processes whose metrics are gathered, where they are several. Optional. */
  members?(): readonly string[];
}
