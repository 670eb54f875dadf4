import { Gauge, type GaugeSeries } from '@promwright/metrics';
import type { Registerer } from '@promwright/model';
import type { ActiveRequest } from './active-request.ts';
import type { InFlightList } from './in-flight-list.ts';

/** A gauge of requests in flight, and what its labels are called; without a name it has not the label. */
export interface InFlightGauge {
  readonly name: string;
  readonly method: string | false;
  readonly scheme: string | false;
}

/** The series that requests of one method and scheme count in while they are under way. */
export class InFlightSeries {
  readonly #series: readonly GaugeSeries[];
  readonly #requests: InFlightList;

  constructor(series: readonly GaugeSeries[], requests: InFlightList) {
    this.#series = series;
    this.#requests = requests;
  }

  get removed(): boolean {
    for (const series of this.#series) if (series.removed) return true;
    return false;
  }

  /** The request counts until {@link InFlightSeries.leave}. If the series are removed meanwhile, so is what it counted. */
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

/** All series of requests in flight: as many as there are known methods, and one more. */
export class InFlightMetrics {
  readonly #gauges: readonly (Omit<InFlightGauge, 'name'> & { readonly gauge: Gauge<string> })[];
  readonly #byScheme: boolean;
  readonly #requests: InFlightList;
  readonly #held = new Map<string, InFlightSeries>();

  /** @throws for names that no metric can have, and for those that are taken by other definitions */
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
      help: 'How long the oldest of the HTTP requests in flight has been under way; 0 without any.',
      merge: 'livemax',
      collect() {
        this.set(requests.oldestAgeSeconds());
      },
    });
  }

  /** Where a request is to be counted. */
  of(request: ActiveRequest): InFlightSeries {
    const key = this.#byScheme ? `${request.scheme} ${request.method}` : request.method;
    const held = this.#held.get(key);
    return held !== undefined && !held.removed ? held : this.#hold(key, request);
  }

  #hold(key: string, request: ActiveRequest): InFlightSeries {
    const series = this.#gauges.map(({ gauge, method, scheme }) =>
      gauge.labels({
        ...(method !== false && { [method]: request.method }),
        ...(scheme !== false && { [scheme]: request.scheme }),
      }),
    );
    const inFlight = new InFlightSeries(series, this.#requests);
    this.#held.set(key, inFlight);
    return inFlight;
  }
}
