import type { HistogramSeries } from '@promwright/metrics';
import type { LabelValue } from '@promwright/model';
import type { ActiveRequest, ExemplarLabels } from './active-request.ts';
import type { ConventionSeries } from './convention-metrics.ts';
import { ErrorGuard } from './error-guard.ts';
import { MethodLabel } from './method-label.ts';
import { CLIENT_CLOSED_REQUEST, METHOD, REST, type RestValue, ROUTE, requestLabels, STATUS } from './request-labels.ts';
import { RequestMetrics } from './request-metrics.ts';
import type { RequestOptions } from './request-options.ts';
import { SeriesCache } from './series-cache.ts';
import { skipRule } from './skip-rule.ts';
import { UserFunctions } from './user-functions.ts';

/** Progress of a response when it was aborted. */
export type AbortPhase = 'before_headers' | 'mid_response';

/**
 * Owns the HTTP metrics and updates them when a request begins and ends. Independent of the kind of server.
 *
 * Never throws once constructed: errors are counted in `http_instrumentation_errors_total`.
 */
export class RequestRecorder<Req = unknown, Res = unknown, L extends string = never> {
  /** True if the time of the headers is needed for all requests, not only for event streams. */
  readonly needsTimeToHeaders: boolean;
  readonly #options: RequestOptions<Req, Res, L>;
  readonly #methods: MethodLabel;
  readonly #metrics: RequestMetrics;
  readonly #series: SeriesCache;
  readonly #guard: ErrorGuard;
  readonly #functions: UserFunctions<Req, Res, L>;
  readonly #rest: readonly RestValue[];
  readonly #showsScheme: boolean;
  /** Label values of the request that is being recorded. One array serves all requests. */
  readonly #values: (LabelValue | undefined)[];

  /**
   * @param options checked by `checkRequestOptions`
   * @throws for an invalid option, with code `INVALID_OPTION`, and if a metric name is taken by another definition
   */
  constructor(options: RequestOptions<Req, Res, L>) {
    this.#options = options;
    // The functions of `extraLabels` and `skipRecord` can read the time to the headers.
    this.needsTimeToHeaders =
      options.timeToHeaders === true || options.extraLabels !== undefined || options.skipRecord !== undefined;
    this.#methods = new MethodLabel(options.knownMethods);
    const skip = skipRule(options.skip);
    const labels = requestLabels(options as RequestOptions<never, never, string>);
    this.#rest = labels.rest;
    this.#showsScheme = labels.rest.some(({ kind }) => kind === 'scheme');
    this.#values = new Array(REST + labels.rest.length).fill('');
    // Created after all checks, because `RequestMetrics` registers the metrics.
    this.#metrics = new RequestMetrics(options as RequestOptions<never, never, string>, labels);
    this.#series = new SeriesCache(this.#metrics.conventions, labels);
    this.#guard = new ErrorGuard(this.#metrics.errors, options);
    this.#functions = new UserFunctions(options, skip, this.#guard);
  }

  /** Returns the label value of a method: `_OTHER` for an unknown method. */
  methodLabel(method: string | undefined): string {
    return this.#methods.of(method);
  }

  /**
   * True if the option `skip` excludes a request. If the option is a function, it is called only with the framework's request:
   * while `req` is `undefined`, no request is excluded.
   * @param raw request of the server. Its `url` is taken as the request target, unless `req` has an `originalUrl`
   */
  isSkipped(req: Req | undefined, raw: { readonly url?: string | undefined }): boolean {
    return this.#functions.isSkipped(req, raw);
  }

  /** Adds a new request to the gauges of requests in flight. */
  begin(request: ActiveRequest<Req, Res>): void {
    // Known now: a connection that was closed has lost it.
    if (this.#showsScheme) request.noteScheme();
    this.#metrics.inFlight?.seriesOf(request as ActiveRequest).enter(request as ActiveRequest);
    request.exemplar = this.#functions.exemplarOf(request);
  }

  /** Notes that the framework has received a request whose recording began earlier. */
  frameworkAttached(request: ActiveRequest<Req, Res>): void {
    if (typeof this.#options.exemplar === 'function') request.exemplar = this.#functions.exemplarOf(request);
  }

  /** Notes the route that the framework reports when the response begins: later handlers may change it. */
  responseBegan(request: ActiveRequest<Req, Res>): void {
    this.#functions.detectRoute(request);
  }

  /** Notes that the response to a request is an event stream. */
  streamBegan(request: ActiveRequest<Req, Res>): void {
    if (request.isStream || this.#options.streams === 'lifetime') return;
    request.isStream = true;
    this.#metrics.streamsActive?.inc();
  }

  /** Takes a request out of the gauges. Called once for each request that began, recorded or not. */
  release(request: ActiveRequest<Req, Res>): void {
    request.inFlight?.leave(request as ActiveRequest);
    if (request.isStream) this.#metrics.streamsActive?.dec();
  }

  /**
   * Records a finished request.
   * @param status status that was sent; 0 if none was sent
   */
  end(request: ActiveRequest<Req, Res>, status: number, abortPhase: AbortPhase | undefined): void {
    try {
      request.durationSeconds = (performance.now() - request.startMs) / 1000;
      const route = this.#functions.routeOf(request);
      if (route === false) return;
      request.route = route ?? this.#unmatchedRoute;
      request.status = status === 0 ? CLIENT_CLOSED_REQUEST : status;
      if (abortPhase !== undefined) request.outcome = `aborted_${abortPhase}`;
      else if (status >= 500) request.outcome = 'error';
      if (this.#functions.isRecordSkipped(request)) return;
      this.#setValues(request, route, status);
      this.#count(request, abortPhase);
    } catch (error) {
      this.reportError(error);
    }
  }

  /** Counts a connection that was upgraded to another protocol, until the returned function is called. */
  upgraded(protocol: string): () => void {
    const end = this.#metrics.upgraded.begin(protocol);
    return () => this.#guard.guarded(undefined, end, undefined);
  }

  /** Unregisters the metrics: another recorder with other definitions of the same names takes their place. */
  unregister(): void {
    this.#metrics.unregister();
  }

  /** Counts an error in `http_instrumentation_errors_total` and calls `onError`. Never throws. */
  reportError(error: unknown): void {
    this.#guard.report(error);
  }

  get #unmatchedRoute(): string {
    const { unmatchedRoute = '(unmatched)' } = this.#options;
    return unmatchedRoute === false ? '' : unmatchedRoute;
  }

  #setValues(request: ActiveRequest<Req, Res>, route: string | undefined, status: number): void {
    const values = this.#values;
    // Called before the array is filled: while the program's function runs, another request may end and use the array.
    const extra = this.#functions.extraValuesOf(request);
    values[ROUTE] = route;
    values[METHOD] = request.method;
    values[STATUS] = status;
    this.#rest.forEach((value, i) => {
      values[REST + i] =
        value.kind === 'extra' ? this.#functions.extraValue(extra, value.name) : (request[value.kind] ?? '');
    });
  }

  #count(request: ActiveRequest<Req, Res>, abortPhase: AbortPhase | undefined): void {
    const values = this.#values;
    const { first, second } = this.#series.seriesOf(values);
    this.#observe(first, request);
    if (second !== undefined) this.#observe(second, request);
    if (!request.isStream && abortPhase === undefined) return;
    for (const metrics of this.#metrics.conventions) {
      if (request.isStream) metrics?.streamed(values, request.durationSeconds);
      if (abortPhase !== undefined) metrics?.aborted(values, abortPhase);
    }
  }

  #observe(series: ConventionSeries, request: ActiveRequest<Req, Res>): void {
    const { exemplar, timeToHeadersSeconds } = request;
    // The duration of an event stream is its time to the headers. If that time is unknown, there is no duration to observe.
    const seconds = request.isStream ? timeToHeadersSeconds : request.durationSeconds;
    if (seconds !== undefined) this.#observeDuration(series.duration, seconds, exemplar);
    series.counter?.inc();
    if (timeToHeadersSeconds !== undefined) series.timeToHeaders?.observe(timeToHeadersSeconds);
    if (series.requestSize !== undefined) {
      const { requestBytes, responseBytes } = request;
      if (requestBytes !== undefined) series.requestSize.observe(requestBytes);
      if (responseBytes !== undefined) series.responseSize?.observe(responseBytes);
    }
  }

  #observeDuration(duration: HistogramSeries, seconds: number, exemplar: ExemplarLabels | undefined): void {
    if (exemplar !== undefined && this.#guard.guarded(false, observeWithExemplar, duration, seconds, exemplar)) return;
    duration.observe(seconds);
  }
}

function observeWithExemplar(duration: HistogramSeries, seconds: number, exemplar: ExemplarLabels): boolean {
  duration.observe(seconds, exemplar);
  return true;
}
