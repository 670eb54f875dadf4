import { Counter, Gauge } from '@promwright/metrics';
import { defaultRegisterer, describeValue, type LabelValue, typeError } from '@promwright/model';
import type { ActiveRequest, ExemplarLabels } from './active-request.ts';
import { ConventionMetrics, type ConventionSeries, isRemoved } from './convention-metrics.ts';
import { activeTrace } from './exemplar-source.ts';
import { inFlightListOf } from './in-flight-list.ts';
import { type InFlightGauge, InFlightMetrics } from './in-flight-metrics.ts';
import { LabelLimiter } from './label-limiter.ts';
import { MethodLabel } from './method-label.ts';
import { type MetricNames, metricNames } from './metric-names.ts';
import { CLIENT_CLOSED_REQUEST, METHOD, REST, type RestValue, ROUTE, requestLabels, STATUS } from './request-labels.ts';
import type { RequestOptions } from './request-options.ts';
import { targetOf } from './request-target.ts';
import { RollbackRegisterer } from './rollback-registerer.ts';
import { SeriesCache } from './series-cache.ts';
import { skipRule } from './skip-rule.ts';

/** How far a response had come when it was aborted. */
export type AbortPhase = 'before_headers' | 'mid_response';

/** What a request counts in: the families of one convention, or of two. */
interface Held {
  readonly first: ConventionSeries;
  readonly second: ConventionSeries | undefined;
}

/**
 * The accounts of requests: which families there are, and what a request adds to them when it begins and when it ends. It
 * knows neither Node nor any other kind of server; those tell it of both.
 *
 * Once made it never throws: what goes wrong is counted in `http_instrumentation_errors_total`.
 */
export class RequestRecorder<Req = unknown, Res = unknown, L extends string = never> {
  /** Whether somebody has to see the headers go. */
  readonly needsHeaders: boolean;
  /** Whether it must be known when, of all requests and not only of streams. */
  readonly needsTimeToHeaders: boolean;
  readonly #options: RequestOptions<Req, Res, L>;
  readonly #methods: MethodLabel;
  readonly #skip: ((req: Req, target: string) => boolean) | undefined;
  readonly #families: readonly [ConventionMetrics, ConventionMetrics?];
  readonly #inFlight: InFlightMetrics | undefined;
  readonly #streamsActive: Gauge | undefined;
  readonly #errors: Counter;
  readonly #rest: readonly RestValue[];
  /** Those of the request that is being recorded; used again for the next. */
  readonly #values: (LabelValue | undefined)[];
  readonly #held = new SeriesCache<Held>();
  readonly #limited: readonly { readonly at: number; readonly known: LabelLimiter }[];

  /**
   * @param options as `checkRequestOptions` has passed them
   * @throws for a wrong option, with code `INVALID_OPTION`, and for names that are taken by other definitions
   */
  constructor(options: RequestOptions<Req, Res, L>) {
    this.#options = options;
    // Functions of the program's own may ask for it.
    this.needsTimeToHeaders =
      options.timeToHeaders === true || options.extraLabels !== undefined || options.skipRecord !== undefined;
    this.needsHeaders = options.streams !== 'lifetime' || this.needsTimeToHeaders;
    this.#methods = new MethodLabel(options.knownMethods);
    this.#skip = skipRule(options.skip);
    const labels = requestLabels(options as RequestOptions<never, never, string>);
    const names = metricNames(options as RequestOptions<never, never, string>);
    this.#rest = labels.rest;
    this.#values = new Array(REST + labels.rest.length).fill('');
    const limits = new Map([...labels.prometheus, ...labels.otel].map(({ at, limit = Infinity }) => [at, limit]));
    this.#limited = [...limits].flatMap(([at, limit]) =>
      limit === Infinity ? [] : { at, known: new LabelLimiter(limit) },
    );

    const registry = options.registry ?? defaultRegisterer();
    const tentative = new RollbackRegisterer(registry);
    try {
      const { buckets, native } = options;
      const shared = { registry: tentative, buckets, native };
      this.#families = [
        ...(names.prometheus ? [{ names: names.prometheus, labels: labels.prometheus }] : []),
        ...(names.otel ? [{ names: names.otel, labels: labels.otel }] : []),
      ].map((convention) => new ConventionMetrics({ ...shared, ...convention })) as [
        ConventionMetrics,
        ConventionMetrics?,
      ];
      this.#inFlight =
        options.inFlight === false
          ? undefined
          : new InFlightMetrics(
              tentative,
              inFlightListOf(registry, names.oldestAge),
              inFlightGauges(names, options.labels),
              names.oldestAge,
            );
      this.#streamsActive =
        names.streamsActive === undefined
          ? undefined
          : new Gauge({ registry: tentative, name: names.streamsActive, help: 'Event streams under way.' });
      this.#errors = new Counter({
        registry: tentative,
        name: names.errors,
        help: 'Errors inside the instrumentation of HTTP requests, kept from the application.',
      });
    } catch (error) {
      tentative.undo();
      throw error;
    }
  }

  /** What the label for a method shows. */
  methodLabel(method: string | undefined): string {
    return this.#methods.of(method);
  }

  /**
   * Whether the option `skip` leaves a request out. `raw` has the target, unless a framework keeps the whole of it. A function
   * is not asked about a request that is not there yet.
   */
  isSkipped(req: Req | undefined, raw: { readonly url?: string | undefined }): boolean {
    if (this.#skip === undefined || (req === undefined && typeof this.#options.skip === 'function')) return false;
    try {
      return this.#skip(req as Req, targetOf(hasWholeTarget(req) ? req : raw));
    } catch (error) {
      this.reportError(error);
      return false;
    }
  }

  /** A request begins. */
  begin(request: ActiveRequest<Req, Res>): void {
    this.#inFlight?.of(request as ActiveRequest).enter(request as ActiveRequest);
    const { exemplar = 'auto' } = this.#options;
    if (exemplar === false) return;
    try {
      if (exemplar === 'auto') request.exemplar = activeTrace(request as ActiveRequest);
      else if (!request.isBare) request.exemplar = exemplar(request.req);
    } catch (error) {
      this.reportError(error);
    }
  }

  /** A request that began bare now has the framework around it. */
  frameworkAttached(request: ActiveRequest<Req, Res>): void {
    const { exemplar } = this.#options;
    if (typeof exemplar !== 'function') return;
    try {
      request.exemplar = exemplar(request.req);
    } catch (error) {
      this.reportError(error);
    }
  }

  /** The answer to a request turns out to be an event stream. */
  streamBegan(request: ActiveRequest<Req, Res>): void {
    if (request.isStream || this.#options.streams === 'lifetime') return;
    request.isStream = true;
    this.#streamsActive?.inc();
  }

  /** A request is over, whether or not it is to be recorded. */
  release(request: ActiveRequest<Req, Res>): void {
    request.inFlight?.leave(request as ActiveRequest);
    if (request.isStream) this.#streamsActive?.dec();
  }

  /**
   * Records a request that is over. `status` is the one that was sent, or 0.
   */
  end(request: ActiveRequest<Req, Res>, status: number, abortPhase: AbortPhase | undefined): void {
    try {
      request.durationSeconds = (performance.now() - request.startMs) / 1000;
      const route = this.#routeOf(request);
      if (route === false) return;
      request.route = route ?? this.#unmatchedRoute;
      request.status = status === 0 ? CLIENT_CLOSED_REQUEST : status;
      if (abortPhase !== undefined) request.outcome = `aborted_${abortPhase}`;
      else if (status >= 500) request.outcome = 'error';
      if (this.#isLeftOut(request)) return;
      this.#setValues(request, route, status);
      this.#count(request, abortPhase);
    } catch (error) {
      this.reportError(error);
    }
  }

  /** Counts an error of an adapter in `http_instrumentation_errors_total` and tells `onError`. Never throws. */
  reportError(error: unknown): void {
    try {
      this.#errors.inc();
      this.#options.onError?.(error);
    } catch {
      // Nobody is left to be told.
    }
  }

  get #unmatchedRoute(): string {
    const { unmatchedRoute = '(unmatched)' } = this.#options;
    return unmatchedRoute === false ? '' : unmatchedRoute;
  }

  /** `undefined` for a request that matched none, `false` for one that is not to be recorded. */
  #routeOf(request: ActiveRequest<Req, Res>): string | false | undefined {
    const set = request.routeSet;
    if (set === false || typeof set === 'string') return set;
    if (set !== undefined) this.reportError(notARoute('setRoute', set));
    const detected = this.#detectedRoute(request);
    const { route } = this.#options;
    if (detected === false || route === undefined || request.isBare) return detected;
    try {
      const named: unknown = route(request.req, request.res, detected);
      if (named !== undefined && typeof named !== 'string') throw notARoute('Option "route"', named);
      return named;
    } catch (error) {
      this.reportError(error);
      return detected;
    }
  }

  #detectedRoute({ req, res, routeOf }: ActiveRequest<Req, Res>): string | false | undefined {
    try {
      return routeOf?.(req, res);
    } catch (error) {
      this.reportError(error);
      return undefined;
    }
  }

  #isLeftOut(request: ActiveRequest<Req, Res>): boolean {
    const { skipRecord } = this.#options;
    if (skipRecord === undefined || request.isBare) return false;
    try {
      return skipRecord(request);
    } catch (error) {
      this.reportError(error);
      return false;
    }
  }

  #setValues(request: ActiveRequest<Req, Res>, route: string | undefined, status: number): void {
    const values = this.#values;
    // Asked first, because it may be that another request ends while the program's own function runs.
    const extra = this.#extraLabels(request);
    values[ROUTE] = route;
    values[METHOD] = request.method;
    values[STATUS] = status;
    this.#rest.forEach((value, i) => {
      values[REST + i] = value.kind === 'extra' ? this.#extraLabel(extra, value.name) : (request[value.kind] ?? '');
    });
  }

  #extraLabels(request: ActiveRequest<Req, Res>): Readonly<Record<string, unknown>> {
    const { extraLabels } = this.#options;
    if (extraLabels === undefined) return NO_LABELS;
    if (request.isBare) return noValues(extraLabels.names);
    try {
      const labels: unknown = extraLabels.values(request);
      if (typeof labels === 'object' && labels !== null) return labels as Record<string, unknown>;
      throw typeError('INVALID_LABELS', `Option "extraLabels" must give an object; got ${describeValue(labels)}`);
    } catch (error) {
      this.reportError(error);
      // One error is enough.
      return noValues(extraLabels.names);
    }
  }

  #extraLabel(labels: Readonly<Record<string, unknown>>, name: string): LabelValue {
    const value = Object.hasOwn(labels, name) ? labels[name] : undefined;
    if (typeof value === 'string') return value;
    const found = describeValue(value);
    this.reportError(
      typeError('INVALID_LABEL_VALUE', `Option "extraLabels" must give "${name}" as text; got ${found}`),
    );
    return '';
  }

  #count(request: ActiveRequest<Req, Res>, abortPhase: AbortPhase | undefined): void {
    const held = this.#series();
    this.#observe(held.first, request);
    if (held.second !== undefined) this.#observe(held.second, request);
    if (request.isStream) {
      for (const families of this.#families) families?.streamed(this.#values, request.durationSeconds);
    }
    if (abortPhase !== undefined) {
      for (const families of this.#families) families?.aborted(this.#values, abortPhase);
    }
  }

  #observe(series: ConventionSeries, request: ActiveRequest<Req, Res>): void {
    const { durationSeconds, exemplar } = request;
    if (request.isStream) {
      // Without a time to the headers nothing can be said of the duration of the request that began it.
      const { timeToHeadersSeconds } = request;
      if (timeToHeadersSeconds !== undefined) this.#observeDuration(series, timeToHeadersSeconds, exemplar);
    } else {
      this.#observeDuration(series, durationSeconds, exemplar);
    }
    series.counter?.inc();
    if (series.timeToHeaders !== undefined) {
      const { timeToHeadersSeconds } = request;
      if (timeToHeadersSeconds !== undefined) series.timeToHeaders.observe(timeToHeadersSeconds);
    }
    if (series.requestSize !== undefined) {
      const { requestBytes, responseBytes } = request;
      if (requestBytes !== undefined) series.requestSize.observe(requestBytes);
      if (responseBytes !== undefined) series.responseSize?.observe(responseBytes);
    }
  }

  #observeDuration({ duration }: ConventionSeries, seconds: number, exemplar: ExemplarLabels | undefined): void {
    if (exemplar === undefined) {
      duration.observe(seconds);
      return;
    }
    try {
      duration.observe(seconds, exemplar);
    } catch (error) {
      this.reportError(error);
      duration.observe(seconds);
    }
  }

  /** What the request with the present values counts in. */
  #series(): Held {
    const values = this.#values;
    const held = this.#held.find(values);
    if (held !== undefined && !isRemoved(held.first) && (held.second === undefined || !isRemoved(held.second))) {
      return held;
    }
    // Where one was removed most others were too, and none should be kept from the garbage collector.
    if (held !== undefined) {
      this.#held.clear();
      for (const { known } of this.#limited) known.clear();
    }
    const [first, second] = this.#families;
    const found: Held = { first: first.series(values), second: second?.series(values) };
    if (this.#limited.every(({ at, known }) => known.admit(values[at]))) this.#held.hold(values, found);
    return found;
  }
}

function inFlightGauges(names: MetricNames, labels: RequestOptions['labels'] = {}): InFlightGauge[] {
  const { method = 'method', scheme = false } = labels;
  return [
    ...(names.prometheus?.inFlight
      ? [{ name: names.prometheus.inFlight, method, scheme: scheme && ('scheme' as const) }]
      : []),
    ...(names.otel?.inFlight
      ? [
          {
            name: names.otel.inFlight,
            method: method && ('http_request_method' as const),
            scheme: scheme && ('url_scheme' as const),
          },
        ]
      : []),
  ];
}

function noValues(names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, '']));
}

/** A mount shortens `url`; frameworks that mount keep what the client sent. */
function hasWholeTarget(req: unknown): req is { readonly originalUrl: string; readonly url?: string } {
  return typeof (req as { originalUrl?: unknown } | undefined)?.originalUrl === 'string';
}

const NO_LABELS: Readonly<Record<string, unknown>> = Object.freeze({});

function notARoute(subject: string, value: unknown): TypeError {
  return typeError('INVALID_OPTION', `${subject} must give a string as the route; got ${describeValue(value)}`);
}
