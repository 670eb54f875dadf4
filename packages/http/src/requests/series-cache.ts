import type { ConventionMetrics, ConventionSeries } from './convention-metrics.ts';
import { LabelLimiter } from './label-limiter.ts';
import type { RequestLabels, RequestValues } from './request-labels.ts';

/** Series that a finished request counts in. */
export interface RequestSeries {
  readonly first: ConventionSeries;
  /** Series of the second convention, with `convention: 'both'`. */
  readonly second: ConventionSeries | undefined;
}

/** Enough for every route, method and status of a large service. Further series are looked up for each request. */
const MAX_CACHED = 10_000;

type Level = Map<unknown, unknown>;

/**
 * Series of each combination of values. A request then costs a few lookups in maps and no hashing of labels.
 *
 * Values past the limit of their label are not cached: the metric must count each of their observations as an overflow.
 */
export class SeriesCache {
  readonly #conventions: readonly [ConventionMetrics, ConventionMetrics?];
  readonly #limiters: readonly { readonly at: number; readonly limiter: LabelLimiter }[];
  /** One level of maps for each value. */
  readonly #root: Level = new Map();
  #size = 0;

  constructor(conventions: readonly [ConventionMetrics, ConventionMetrics?], labels: RequestLabels) {
    this.#conventions = conventions;
    const limits = new Map([...labels.prometheus, ...labels.otel].map(({ at, limit = Infinity }) => [at, limit]));
    this.#limiters = [...limits].flatMap(([at, limit]) =>
      limit === Infinity ? [] : { at, limiter: new LabelLimiter(limit) },
    );
  }

  /** Returns the series of a request with these values, and creates the series if need be. */
  seriesOf(values: RequestValues): RequestSeries {
    const cached = this.#find(values);
    if (cached !== undefined) {
      if (!isRemoved(cached.first) && (cached.second === undefined || !isRemoved(cached.second))) return cached;
      // A removed series mostly means that the metrics were cleared. The cache must not keep the other series alive.
      this.#clear();
    }
    const [first, second] = this.#conventions;
    const series: RequestSeries = { first: first.series(values), second: second?.series(values) };
    if (this.#limiters.every(({ at, limiter }) => limiter.admit(values[at]))) this.#add(values, series);
    return series;
  }

  #find(values: RequestValues): RequestSeries | undefined {
    let found: unknown = this.#root;
    for (let i = 0; i < values.length; i++) {
      found = (found as Level).get(values[i]);
      if (found === undefined) return undefined;
    }
    return found as RequestSeries;
  }

  #add(values: RequestValues, series: RequestSeries): void {
    if (this.#size >= MAX_CACHED) return;
    let level = this.#root;
    for (let i = 0; i < values.length - 1; i++) {
      let next = level.get(values[i]) as Level | undefined;
      if (next === undefined) {
        next = new Map();
        level.set(values[i], next);
      }
      level = next;
    }
    level.set(values.at(-1), series);
    this.#size++;
  }

  #clear(): void {
    this.#root.clear();
    this.#size = 0;
    for (const { limiter } of this.#limiters) limiter.clear();
  }
}

/** True if one of the series was removed, for instance by clearing its metric. */
function isRemoved(series: ConventionSeries): boolean {
  return (
    series.duration.removed ||
    series.counter?.removed === true ||
    series.timeToHeaders?.removed === true ||
    series.requestSize?.removed === true ||
    series.responseSize?.removed === true
  );
}
