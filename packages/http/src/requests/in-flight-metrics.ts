import { Gauge, type GaugeSeries } from '@promwright/metrics';
import type { Registerer } from '@promwright/model';
import type { ActiveRequest, InFlightCount } from './active-request.ts';
import type { InFlightList } from './in-flight-list.ts';

/** Name of a gauge of requests in flight, and names of its labels; `false` omits a label. */
export interface InFlightGauge {
  readonly name: string;
  readonly method: string | false;
  readonly scheme: string | false;
}

/** Series that requests of one method and scheme count in while they are in flight. */
export class InFlightSeries implements InFlightCount {
  readonly #series: readonly GaugeSeries[];
  readonly #requests: InFlightList;

  constructor(series: readonly GaugeSeries[], requests: InFlightList) {
    this.#series = series;
    this.#requests = requests;
  }

  /** True if one of the series was removed. */
  get removed(): boolean {
    for (const series of this.#series) if (series.removed) return true;
    return false;
  }

  /** Counts a request until {@link InFlightSeries.leave}. If the series are removed in between, the count is lost with them. */
  enter(request: ActiveRequest): void {
    for (const series of this.#series) series.inc();
    this.#requests.add(request);
    request.inFlight = this;
  }

  leave(request: ActiveRequest): void {
    request.inFlight = undefined;
    for (const series of this.#series) series.dec();
    this.#requests.remove(request);
  }
}

/** Metrics of requests in flight. Their series are limited by the number of known methods. */
export class InFlightMetrics {
  readonly #gauges: readonly (Omit<InFlightGauge, 'name'> & { readonly gauge: Gauge<string> })[];
  readonly #byScheme: boolean;
  readonly #requests: InFlightList;
  readonly #series = new Map<string, InFlightSeries>();

  /** @throws for invalid names, and if a metric name is taken by another definition */
  constructor(registry: Registerer, requests: InFlightList, gauges: readonly InFlightGauge[], ageName: string) {
    this.#gauges = gauges.map(({ name, method, scheme }) => {
      const labelNames = [method, scheme].filter((label) => label !== false) as never;
      const help = 'HTTP requests whose response has not ended.';
      return { method, scheme, gauge: new Gauge<string>({ registry, name, help, labelNames }) };
    });
    this.#byScheme = gauges.some(({ scheme }) => scheme !== false);
    this.#requests = requests;
    new Gauge({
      registry,
      name: ageName,
      help: 'Age of the oldest in-flight HTTP request; 0 if there is none.',
      merge: 'livemax',
      collect() {
        this.set(requests.oldestAgeSeconds());
      },
    });
  }

  /** Returns the series that a request counts in. */
  seriesOf(request: ActiveRequest): InFlightSeries {
    const key = this.#byScheme ? `${request.scheme} ${request.method}` : request.method;
    const cached = this.#series.get(key);
    return cached !== undefined && !cached.removed ? cached : this.#create(key, request);
  }

  #create(key: string, request: ActiveRequest): InFlightSeries {
    const series = this.#gauges.map(({ gauge, method, scheme }) =>
      gauge.labels({
        ...(method !== false && { [method]: request.method }),
        ...(scheme !== false && { [scheme]: request.scheme }),
      }),
    );
    const created = new InFlightSeries(series, this.#requests);
    this.#series.set(key, created);
    return created;
  }
}
