import { describeValue, rangeError, typeError } from '@promwright/model';
import { checkPath } from '../options/check-path.ts';
import { gathererOf } from '../options/gatherer-of.ts';
import type { AttachedRequest } from '../requests/active-requests.ts';
import { checkRequestOptions, type RequestOptions } from '../requests/request-options.ts';
import { RequestRecorder } from '../requests/request-recorder.ts';
import { hasPathname } from '../requests/request-target.ts';
import { routeSetFor, setRoute } from '../requests/set-route.ts';
import { activeRequestOf, type FetchMeasure, type FetchRecorder, FetchRequest } from './fetch-request.ts';
import { checkFetchScrapeOptions, type FetchScrapeOptions, fetchScrapeHandler } from './fetch-scrape-handler.ts';
import { isResponse } from './is-response.ts';

/**
 * What `fetchMetrics` is told. The response that functions are given is `undefined` where there is none: the client left
 * before it, or the handler threw.
 */
export interface FetchMetricsOptions<L extends string = never>
  extends Omit<RequestOptions<Request, Response | undefined, L>, 'sizes'> {
  /**
   * Until when a request is measured: `headers` (default) until the handler's promise settles; `complete` until the body was
   * read to its end, cancelled or broken, for which the response is copied around a body that is watched.
   */
  readonly measure?: 'headers' | 'complete';
  /**
   * Where the scrape is served: the whole path, such as `/internal/metrics`. Default `/metrics`; `false`, for a handler of a
   * single route, serves it nowhere. Requests to it are not recorded.
   */
  readonly path?: string | false;
  /** How the scrape is served. It shows the option `registry` if that is a registry, else the default one. */
  readonly scrape?: FetchScrapeOptions;
  /**
   * Sizes of requests and responses: by the header Content-Length where there is one, or by the bytes of the body, which of
   * a request means its Content-Length, and of a response needs `measure: 'complete'`. Default false.
   */
  readonly sizes?: false | 'header' | 'body';
}

/** A handler of the fetch standard, with whatever a platform passes beside the request. */
export type FetchHandler = (...args: never[]) => Response | undefined | Promise<Response | undefined>;

/** The type of a handler that is measured: its own, save that the scrape makes a promise of an immediate answer. */
export type MeasuredHandler<H extends FetchHandler> =
  Promise<Response> extends ReturnType<H>
    ? H
    : (this: ThisParameterType<H>, ...args: Parameters<H>) => ReturnType<H> | Promise<Response>;

/**
 * Wraps a Web-standard handler, of a whole application or of one route: times every request and answers `GET /metrics`. The
 * handler is called with what the wrapper is called with; its answers and errors are passed on.
 *
 * Routes are not known here: without the option `route` or a call of `setRoute`, every request is `(unmatched)`. A request
 * that is recorded already, by an outer wrapper or by an instrumented server of Node, is not recorded again.
 *
 * @example
 * export default { fetch: fetchMetrics(app.fetch) };
 * @throws for a wrong option, with code `INVALID_OPTION`, and for names that are taken by other definitions
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
    const open = metrics.begin(request, environment);
    if (open === undefined) return Reflect.apply(handler, this, args);
    let answer: unknown;
    try {
      answer = Reflect.apply(handler, this, args);
    } catch (error) {
      open.failed(error);
      throw error;
    }
    if (!isThenable(answer)) return open.answered(answer);
    return Promise.resolve(answer).then(
      (settled) => open.answered(settled),
      (error) => {
        open.failed(error);
        throw error;
      },
    );
  }
  // Deno passes no more arguments than a handler declares; the request is needed even where the handler takes none.
  Object.defineProperties(measured, {
    name: { value: handler.name, configurable: true },
    length: { value: Math.max(1, handler.length), configurable: true },
  });
  return measured as unknown as MeasuredHandler<H>;
}

/** What sees how a handler answers; its methods never throw. */
interface ResponseWatcher {
  answered<T>(answer: T): T;
  failed(error: unknown): void;
}

class FetchMetrics {
  readonly #options: FetchMetricsOptions<string>;
  readonly #measure: FetchMeasure;
  readonly #path: string | false;
  readonly #scrape: (request: Request) => Promise<Response>;
  readonly #recorder: FetchRecorder;

  constructor(options: FetchMetricsOptions<string>) {
    checkRequestOptions(options);
    const { path = '/metrics', scrape, measure = 'headers', sizes = false, registry } = options;
    if (path !== false) checkPath('path', path);
    checkMeasure(measure, sizes);
    this.#options = options;
    this.#measure = { complete: measure === 'complete', sizes };
    this.#path = path;
    if (scrape !== undefined) checkFetchScrapeOptions(scrape);
    const gatherer = gathererOf(registry);
    this.#scrape = fetchScrapeHandler({ ...(gatherer && { gatherer }), ...scrape });
    // Last, because it registers what it is made of.
    this.#recorder = new RequestRecorder(options);
  }

  /** The answer to a request for the path of the scrape. */
  scraped(request: Request, environment: unknown): Promise<Response> | undefined {
    try {
      if (this.#path === false || !hasPathname(request.url, this.#path)) return undefined;
      // Whoever records it already leaves it out.
      setRoute(request, false);
      const kept = activeRequestOf(request, environment);
      if (kept !== undefined) kept.routeOf = () => false;
      return this.#scrape(request);
    } catch (error) {
      this.#recorder.reportError(error);
      return undefined;
    }
  }

  begin(request: Request, environment: unknown): ResponseWatcher | undefined {
    try {
      const kept = activeRequestOf(request, environment);
      if (kept !== undefined) return this.#join(kept, request);
      const recorder = this.#recorder;
      if (recorder.isSkipped(request, request)) return undefined;
      const open = new FetchRequest(recorder, this.#measure, request, recorder.methodLabel(request.method));
      open.begin();
      return open;
    } catch (error) {
      this.#recorder.reportError(error);
      return undefined;
    }
  }

  /** The outermost instrumentation measures, the innermost knows the route. */
  #join(kept: AttachedRequest, request: Request): ResponseWatcher {
    const { route } = this.#options;
    const detected = kept.routeOf as (() => string | false | undefined) | undefined;
    let response: Response | undefined;
    // A constant first, as in hookHeaders.
    const routeOf = (...args: unknown[]) => {
      const set = routeSetFor(request);
      if (set === false || typeof set === 'string') return set;
      const outer = Reflect.apply(detected ?? nothing, undefined, args);
      return outer === false || route === undefined ? outer : route(request, response, outer);
    };
    kept.routeOf = routeOf;
    return {
      answered(answer) {
        if (isResponse(answer)) response = answer;
        return answer;
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
  if (sizes === 'socket') {
    throw rangeError('INVALID_OPTION', 'Option "sizes" must be false, "header" or "body" here; got "socket"');
  }
  if (sizes === 'body' && measure !== 'complete') {
    throw rangeError('INVALID_OPTION', 'Option "sizes" can be "body" only with measure: "complete"; got "headers"');
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
}
