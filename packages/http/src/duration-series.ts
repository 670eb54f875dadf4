import type { Histogram, HistogramSeries } from '@promwright/metrics';
import type { StatusLabel } from './status-label.ts';

/** Enough for every route, method and status of a large service; what comes later is looked up each time. */
const MAX_HELD = 10_000;

type ByStatus = Map<StatusLabel, HistogramSeries>;

/** The series of the duration histogram, held so that a request costs three reads of a map and no hashing of labels. */
export class DurationSeries {
  readonly #histogram: Histogram<'method' | 'route' | 'status_code'>;
  readonly #routeLimit: number;
  readonly #byRoute = new Map<string, Map<string, ByStatus>>();
  #held = 0;

  constructor(histogram: Histogram<'method' | 'route' | 'status_code'>, routeLimit: number) {
    this.#histogram = histogram;
    this.#routeLimit = routeLimit;
  }

  observe(method: string, route: string, status: StatusLabel, seconds: number): void {
    const held = this.#byRoute.get(route)?.get(method)?.get(status);
    const series = held !== undefined && !held.removed ? held : this.#lookUp(method, route, status, held);
    series.observe(seconds);
  }

  #lookUp(method: string, route: string, status: StatusLabel, removed: HistogramSeries | undefined): HistogramSeries {
    // Where one series was removed most others were too, and none should be kept from the garbage collector.
    if (removed !== undefined) {
      this.#byRoute.clear();
      this.#held = 0;
    }
    const series = this.#histogram.labels({ method, route, status_code: status });
    this.#hold(method, route, status, series);
    return series;
  }

  #hold(method: string, route: string, status: StatusLabel, series: HistogramSeries): void {
    if (this.#held >= MAX_HELD) return;
    let byMethod = this.#byRoute.get(route);
    if (byMethod === undefined) {
      // Routes past the limit share a series, and each observation there is to be counted as an overflow by the table.
      if (this.#byRoute.size >= this.#routeLimit) return;
      byMethod = new Map();
      this.#byRoute.set(route, byMethod);
    }
    let byStatus = byMethod.get(method);
    if (byStatus === undefined) {
      byStatus = new Map();
      byMethod.set(method, byStatus);
    }
    byStatus.set(status, series);
    this.#held++;
  }
}
