import { Counter, Gauge, type GaugeSeries, Histogram } from '@promwright/metrics';
import type { Registerer } from '@promwright/model';
import { DurationSeries } from './duration-series.ts';
import { InFlightSeries } from './in-flight-series.ts';
import { statusLabel } from './status-label.ts';

/** What the families are made with. */
export interface RequestFamiliesOptions {
  readonly registry: Registerer | undefined;
  readonly prefix: string;
  readonly buckets: readonly number[];
  readonly routeLimit: number;
}

/** How a request ended. */
export interface RequestEnd {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  /** How far the response had come when it was aborted; `undefined` if it was completed. */
  readonly abortPhase: 'before_headers' | 'mid_response' | undefined;
  readonly durationSeconds: number;
}

/** The metric families about requests. Two of equal definition in one registry count into the same series. */
export class RequestFamilies {
  readonly #durations: DurationSeries;
  readonly #inFlight: InFlightSeries;
  readonly #aborts: Counter<'method' | 'route' | 'phase'>;
  readonly #errors: Counter;

  /** @throws for a prefix or buckets that no metric can have, and for names that are taken by other definitions */
  constructor({ registry, prefix, buckets, routeLimit }: RequestFamiliesOptions) {
    const shared = { ...(registry !== undefined && { registry }) };
    const labelLimit = { route: routeLimit };
    this.#durations = new DurationSeries(
      new Histogram({
        ...shared,
        name: `${prefix}http_request_duration_seconds`,
        help: 'Time from the start of an HTTP request to the end of its response.',
        labelNames: ['method', 'route', 'status_code'],
        buckets,
        labelLimit,
      }),
      routeLimit,
    );
    this.#inFlight = new InFlightSeries(
      new Gauge({
        ...shared,
        name: `${prefix}http_requests_in_flight`,
        help: 'HTTP requests whose response has not ended.',
        labelNames: ['method'],
      }),
    );
    this.#aborts = new Counter({
      ...shared,
      name: `${prefix}http_request_aborts_total`,
      help: 'HTTP requests whose connection or response was closed before the response was complete.',
      labelNames: ['method', 'route', 'phase'],
      labelLimit,
    });
    this.#errors = new Counter({
      ...shared,
      name: `${prefix}http_instrumentation_errors_total`,
      help: 'Errors inside the instrumentation of HTTP requests, kept from the application.',
    });
  }

  /** The series in which a request counts while it is under way. */
  inFlight(method: string): GaugeSeries {
    return this.#inFlight.of(method);
  }

  /** A request ended. */
  ended({ method, route, status, abortPhase, durationSeconds }: RequestEnd): void {
    this.#durations.observe(method, route, statusLabel(status), durationSeconds);
    if (abortPhase !== undefined) this.#aborts.inc({ method, route, phase: abortPhase });
  }

  /** Something in the instrumentation failed. */
  failed(): void {
    this.#errors.inc();
  }
}
