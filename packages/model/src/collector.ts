import type { Label, MetricFamily, MetricType } from './metric-family.ts';

/** What is known of a family before it is collected. */
export interface FamilyDescription {
  readonly name: string;
  readonly type: MetricType;
  readonly help?: string;
  readonly unit?: string;
  readonly labelNames?: readonly string[];
  readonly constLabels?: readonly Label[];
  /** What else makes two definitions of one name differ, such as bucket bounds; compared as text. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** What a collector is told when it is asked. */
export interface CollectContext {
  /** Aborted when nobody waits for the answer any longer. */
  readonly signal: AbortSignal;
}

/** Gives metric families when asked. Every metric is one; write your own for numbers that live elsewhere. */
export interface Collector {
  /**
   * The families that it will give. They are checked for clashes when it is registered; a collector that does not say is
   * checked whenever it is collected, and loses a family that clashes.
   */
  readonly families?: readonly FamilyDescription[];
  /**
   * Brings numbers up to date. A registry runs this for all its collectors before it collects any, so that everything it
   * then collects is of one instant. Gathers that overlap share one run.
   */
  prepare?(context: CollectContext): void | PromiseLike<void>;
  /** Gives the families. A synchronous one shares its instant with all metrics of the registry. */
  collect(context: CollectContext): readonly MetricFamily[] | PromiseLike<readonly MetricFamily[]>;
}

/** Accepts collectors; what a source of metrics asks for. */
export interface Registerer {
  /**
   * Adds a collector. Returns it, or the collector already there that holds the same metric under an equal definition.
   * @throws if one of its names is taken by a different definition
   */
  register<C extends Collector>(collector: C): C;
  /** Takes a collector out; returns whether it was there. */
  unregister(collector: Collector): boolean;
}

/** How to gather. */
export interface GatherOptions {
  /** Gives up when aborted: the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
  /** How long one collector may take; it then loses its own families. Default 5000; `Infinity` waits for ever. */
  readonly timeoutMs?: number;
  /** Only the families of exactly these names; collectors known to have none of them are not run. */
  readonly names?: readonly string[];
  /** Reject if any collector fails, instead of leaving its families out. Default false. */
  readonly strict?: boolean;
}

/** Gives all families; what an exporter asks for. */
export interface Gatherer {
  /** One consistent snapshot. */
  gather(options?: GatherOptions): Promise<readonly MetricFamily[]>;
}
