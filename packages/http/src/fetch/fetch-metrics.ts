import { describeValue, isThenable, rangeError, typeError } from '@promwright/model';
import { checkPath } from '../options/check-path.ts';
import { gathererOf } from '../options/gatherer-of.ts';
import { registryOf } from '../options/registry-of.ts';
import { type AttachedRequest, attachToReq } from '../requests/active-requests.ts';
import { type Adapter, noteAdapter, notePlaced, type ScrapingRequest } from '../requests/instrumentations.ts';
import { newAdapterRecorder } from '../requests/new-recorder.ts';
import { ADAPTER, type Recording } from '../requests/recording.ts';
import { checkRequestOptions, type RequestOptions } from '../requests/request-options.ts';
import { hasPathname } from '../requests/request-target.ts';
import { routeSetFor, setRoute } from '../requests/set-route.ts';
import { authRule } from '../scrape/scrape-auth.ts';
import { activeRequestOf, type FetchMeasure, type FetchRecorder, FetchRequest } from './fetch-request.ts';
import { checkFetchScrapeOptions, type FetchScrapeOptions, fetchScrapeHandler } from './fetch-scrape-handler.ts';
import { isResponse } from './response.ts';

/**
 * Options of {@link fetchMetrics}. Functions among the options receive the response of the handler, or `undefined` if the client
 * left before the response or the handler threw.
 */
export interface FetchMetricsOptions<L extends string = never>
  extends RequestOptions<Request, Response | undefined, L> {
  /**
   * End of the measurement: `headers` (default) measures until the handler's promise settles; `complete` measures until the body
   * was read to its end, cancelled or broken. For `complete` the handler's response is copied around a watched body.
   */
  readonly measure?: 'headers' | 'complete';
  /**
   * Path of the scrape: the whole path, such as `/internal/metrics`. Default `/metrics`; `false` serves no scrape, for a handler
   * of a single route. Requests to this path are not recorded.
   */
  readonly path?: string | false;
  /** Options of the scrape. By default it shows the option `registry` if this can be gathered, else the default registry. */
  readonly scrape?: FetchScrapeOptions;
  /**
   * Histograms of the sizes of requests and responses. `header`: by the header Content-Length, if present. `body`: a response by
   * the bytes of its body, which needs `measure: 'complete'`, and a request by its Content-Length. Default false: no sizes.
   */
  readonly sizes?: false | 'header' | 'body';
}

const FETCH_OPTIONS: Readonly<Record<Exclude<keyof FetchMetricsOptions, keyof RequestOptions>, true>> = {
  measure: true,
  path: true,
  scrape: true,
};

/** Handler of the fetch standard. Platforms pass further arguments after the request. */
export type FetchHandler = (...args: never[]) => Response | undefined | Promise<Response | undefined>;

/** Type of a wrapped handler: the handler's type, but a synchronous handler may return a promise, because the scrape does. */
export type MeasuredHandler<H extends FetchHandler> =
  Promise<Response> extends ReturnType<H>
    ? H
    : (this: ThisParameterType<H>, ...args: Parameters<H>) => ReturnType<H> | Promise<Response>;

/**
 * Wraps a Web-standard handler, of a whole application or of one route: times every request and serves `GET /metrics`. The
 * handler receives the arguments of the wrapper; its responses and errors are passed on.
 *
 * The wrapper cannot detect routes: without the option `route` or a call of `setRoute`, every request is `(unmatched)`. A request
 * that an outer wrapper records is not recorded again. A request that an instrumented server of Node has begun to record is
 * recorded once, until the end of its response, with the options of this wrapper.
 *
 * @example
 * export default { fetch: fetchMetrics(app.fetch) };
 * @throws for an invalid option, with code `INVALID_OPTION`, and if a metric name is taken by another definition
 */
export function fetchMetrics<H extends FetchHandler, L extends string = never>(
  handler: H,
  options: FetchMetricsOptions<L> = {},
): MeasuredHandler<H> {
  if (typeof handler !== 'function') {
    throw typeError('INVALID_OPTION', `fetchMetrics takes a handler; got ${describeValue(handler)}`);
  }
  const metrics = new FetchMetrics(options as unknown as FetchMetricsOptions<string>);

  function measured(this: unknown, ...args: unknown[]): unknown {
    const [request, environment] = args as [Request, unknown];
    const scraped = metrics.scraped(request, environment);
    if (scraped !== undefined) return scraped;
    const watcher = metrics.begin(request, environment);
    if (watcher === undefined) return Reflect.apply(handler, this, args);
    let result: unknown;
    try {
      result = Reflect.apply(handler, this, args);
    } catch (error) {
      watcher.failed(error);
      throw error;
    }
    if (!isThenable(result)) return watcher.answered(result);
    return Promise.resolve(result).then(
      (response) => watcher.answered(response),
      (error) => {
        watcher.failed(error);
        throw error;
      },
    );
  }
  // Deno passes only as many arguments as a handler declares. The wrapper needs the request even if the handler takes no argument.
  Object.defineProperties(measured, {
    name: { value: handler.name, configurable: true },
    length: { value: Math.max(1, handler.length), configurable: true },
  });
  return measured as unknown as MeasuredHandler<H>;
}

/** Attached request with what a request of Node has in addition. Another copy of this package may have begun it. */
interface NodeAttachedRequest extends AttachedRequest {
  /** Response of the framework. */
  res: unknown;
  /** True while no adapter records the request. */
  readonly isRecordedByServer?: boolean;
  /** Instrumented server that the request arrived at. */
  readonly server?: { passes(adapter: unknown): void } | undefined;
  join(recording: unknown, routeOf: undefined, req: unknown, res: unknown): void;
}

/** Receives the result of a handler. The methods never throw. */
interface ResponseWatcher {
  /** Returns the result to pass on. */
  answered<T>(result: T): T;
  failed(error: unknown): void;
}

class FetchMetrics implements Adapter {
  readonly options: FetchMetricsOptions<string>;
  readonly path: string | false;
  readonly recording: Recording<Request, Response | undefined>;
  readonly #measure: FetchMeasure;
  readonly #scrape: (request: Request) => Promise<Response>;
  readonly #recorder: FetchRecorder;

  constructor(options: FetchMetricsOptions<string>) {
    checkRequestOptions(options, FETCH_OPTIONS);
    const { path = '/metrics', scrape, measure = 'headers', sizes = false, registry } = options;
    if (path !== false) checkPath('path', path);
    checkMeasure(measure, sizes);
    this.options = options;
    this.#measure = { complete: measure === 'complete', sizes };
    this.path = path;
    if (scrape !== undefined) checkFetchScrapeOptions(scrape);
    const gatherer = gathererOf(registry);
    this.#scrape = fetchScrapeHandler({ ...(gatherer && { gatherer }), ...scrape });
    // Created last, because a `RequestRecorder` registers metrics.
    this.#recorder = newAdapterRecorder(options);
    this.recording = { recorder: this.#recorder, sizes, rank: ADAPTER, owner: this };
    noteAdapter(this, registryOf(options));
  }

  get isGuarded(): boolean {
    return this.options.scrape?.auth !== undefined;
  }

  /** Takes the request of an instrumented server of Node. A function among the options expects another kind of request: refused. */
  async admits(req: ScrapingRequest): Promise<boolean> {
    const auth = this.options.scrape?.auth;
    if (auth === undefined) return true;
    return typeof auth !== 'function' && authRule(auth).isAllowed(req.headers.authorization, req);
  }

  reportError(error: unknown): void {
    this.#recorder.reportError(error);
  }

  /** Does nothing: the scrape of a handler is served before any other instrumentation sees the request. */
  passes(): void {}

  /** Serves a request for the path of the scrape; returns `undefined` for all other requests. */
  scraped(request: Request, environment: unknown): Promise<Response> | undefined {
    try {
      if (this.path === false || !hasPathname(request.url, this.path)) return undefined;
      // Excludes the request from an outer recording.
      setRoute(request, false);
      const active = activeRequestOf(request, environment) as NodeAttachedRequest | undefined;
      if (active !== undefined) {
        this.#place(active);
        active.routeSet = false;
      }
      return this.#scrape(request);
    } catch (error) {
      this.#recorder.reportError(error);
      return undefined;
    }
  }

  /** Begins a recording, or joins the recording of an outer instrumentation. Returns `undefined` for an excluded request. */
  begin(request: Request, environment: unknown): ResponseWatcher | undefined {
    try {
      const active = activeRequestOf(request, environment) as NodeAttachedRequest | undefined;
      if (active !== undefined) {
        this.#place(active);
        return active.isRecordedByServer ? this.#record(active, request) : this.#join(active, request);
      }
      const recorder = this.#recorder;
      if (recorder.isSkipped(request, request)) return undefined;
      const begun = new FetchRequest(recorder, this.#measure, request, recorder.methodLabel(request.method));
      begun.begin();
      return begun;
    } catch (error) {
      this.#recorder.reportError(error);
      return undefined;
    }
  }

  /** Learns which instrumented server the handler belongs to. */
  #place({ server }: NodeAttachedRequest): void {
    notePlaced(this);
    server?.passes(this);
  }

  /** Records a request that an instrumented server of Node has begun to record, with the options of the handler. */
  #record(active: NodeAttachedRequest, request: Request): ResponseWatcher {
    // Only the option `route` and `setRoute` know the route.
    if (Object.isExtensible(request)) attachToReq(request, active);
    const set = routeSetFor(request);
    if (set !== undefined) active.routeSet = set;
    active.join(this.recording, undefined, request, undefined);
    return {
      answered(result) {
        if (isResponse(result)) active.res = result;
        return result;
      },
      failed: nothing,
    };
  }

  /** Sets the route of a request that is already recorded: the outermost instrumentation measures, the innermost knows the route. */
  #join(active: AttachedRequest, request: Request): ResponseWatcher {
    const { route } = this.options;
    const detected = active.routeOf as (() => string | false | undefined) | undefined;
    let response: Response | undefined;
    // Not a function expression assigned to the property: see hookHeaders.
    const routeOf = (...args: unknown[]) => {
      const set = routeSetFor(request);
      if (set === false || typeof set === 'string') return set;
      const outer = Reflect.apply(detected ?? nothing, undefined, args);
      return outer === false || route === undefined ? outer : route(request, response, outer);
    };
    active.routeOf = routeOf;
    return {
      answered(result) {
        if (isResponse(result)) response = result;
        return result;
      },
      failed: nothing,
    };
  }
}

function nothing(): undefined {}

function checkMeasure(measure: unknown, sizes: unknown): void {
  if (measure !== 'headers' && measure !== 'complete') {
    throw rangeError(
      'INVALID_OPTION',
      `Option "measure" must be one of "headers", "complete"; got ${describeValue(measure)}`,
    );
  }
  if (sizes === 'body' && measure !== 'complete') {
    throw rangeError('INVALID_OPTION', 'Option "sizes" can be "body" only with measure: "complete"; got "headers"');
  }
}
