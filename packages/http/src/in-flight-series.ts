import type { Gauge, GaugeSeries } from '@promwright/metrics';

/** The series of the gauge of requests in flight; as many as there are known methods, and one more. */
export class InFlightSeries {
  readonly #gauge: Gauge<'method'>;
  readonly #byMethod = new Map<string, GaugeSeries>();

  constructor(gauge: Gauge<'method'>) {
    this.#gauge = gauge;
  }

  /** The series to count a request in. It takes the decrement too: if it is removed meanwhile, so is the increment. */
  of(method: string): GaugeSeries {
    let series = this.#byMethod.get(method);
    if (series === undefined || series.removed) {
      series = this.#gauge.labels({ method });
      this.#byMethod.set(method, series);
    }
    return series;
  }
}
