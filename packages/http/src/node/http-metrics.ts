import type { IncomingMessage, ServerResponse } from 'node:http';
import { gathererOf } from '../options/gatherer-of.ts';
import { attach, attachToReq, byResponse, type Carrier } from '../requests/active-requests.ts';
import { checkRequestOptions } from '../requests/request-options.ts';
import type { RouteOf } from '../requests/request-record.ts';
import { RequestRecorder } from '../requests/request-recorder.ts';
import { hasPathname, targetOf } from '../requests/request-target.ts';
import { setRoute } from '../requests/set-route.ts';
import { checkScrapeOptions } from '../scrape/scrape-options.ts';
import { HTTP_METRICS_OPTIONS, type HttpMetricsOptions, scrapePath } from './http-metrics-options.ts';
import { carrierOf } from './requests/carrier.ts';
import { type EarlyRequest, earlyRequestByReq, earlyRequestByRes } from './requests/early-request.ts';
import { NodeRequest, type Sizes } from './requests/node-request.ts';
import { hookBody, hookHeaders } from './requests/response-hooks.ts';
import { watchCompletion } from './requests/watch-completion.ts';
import { scrapeHandler } from './scrape/scrape-handler.ts';

/**
 * Records HTTP requests: durations, requests in flight, aborts. Adapters are built on this class; a program without a framework
 * can use it in its request listener, or call `instrumentServer`. Several objects with equal options count in the same series.
 *
 * Starts no timer, and listens only to requests in flight.
 *
 * @example
 * const metrics = new HttpMetrics();
 * createServer((req, res) => {
 *   if (metrics.isScrape(req)) return metrics.handleScrape(req, res);
 *   metrics.begin(req, res, () => '/hello');
 *   res.end('Hello\n');
 * });
 */
export class HttpMetrics<Req = IncomingMessage, Res = ServerResponse, L extends string = never> {
  readonly #path: string | false;
  readonly #sizes: Sizes;
  readonly #recorder: RequestRecorder<Req, Res, string>;
  readonly #scrape: (req: IncomingMessage, res: ServerResponse) => void;

  /** @throws for an invalid option, with code `INVALID_OPTION`, and if a metric name is taken by another definition */
  constructor(options: HttpMetricsOptions<Req, Res, L> = {}) {
    checkRequestOptions(options, HTTP_METRICS_OPTIONS);
    this.#path = scrapePath(options);
    const { sizes = false, registry } = options;
    this.#sizes = sizes;
    const gatherer = gathererOf(registry);
    // Before the spread, which would accept a value that is no object.
    if (options.scrape !== undefined) checkScrapeOptions(options.scrape);
    this.#scrape = scrapeHandler({ ...(gatherer && { gatherer }), ...options.scrape });
    // Created last, because a `RequestRecorder` registers metrics.
    this.#recorder = new RequestRecorder(options) as unknown as RequestRecorder<Req, Res, string>;
  }

  /** True if a request is for the path of the scrape, with any method and any query. */
  isScrape(req: { readonly url?: string | undefined }): boolean {
    try {
      return this.#path !== false && hasPathname(earlyRequestByReq(req)?.target ?? targetOf(req), this.#path);
    } catch (error) {
      this.reportError(error);
      return false;
    }
  }

  /** Serves a scrape like {@link scrapeHandler}. If the request is already being recorded, the recording is discarded. */
  handleScrape(req: IncomingMessage, res: ServerResponse): void {
    setRoute(req, false);
    this.#scrape(req, res);
  }

  /**
   * Begins to record a request before the framework has received it; call `begin` once the framework has. Functions among the
   * options are called only then, so never for a request that the framework refuses unseen. Never throws.
   */
  beginUnrouted(rawReq: IncomingMessage, rawRes: ServerResponse): void {
    try {
      if (activeRequestOf(rawRes) !== undefined || this.#recorder.isSkipped(undefined, rawReq)) return;
      this.#begin(rawReq, rawRes, undefined, rawReq as Req, rawRes as Res, false);
    } catch (error) {
      this.reportError(error);
    }
  }

  /**
   * Records a request from now on until its response has ended. `routeOf` is called at the end. If the request is already being
   * recorded, only `routeOf` is taken over: the outermost instrumentation measures, the innermost knows the route.
   * Never throws. Costs about a microsecond; labels are not hashed once the series are known.
   * @param rawReq Node's request
   * @param rawRes Node's response
   * @param req the framework's request, passed to `routeOf` and to functions among the options. Default: Node's request
   * @param res the framework's response. Default: Node's response
   * @returns a function that ends the recording early, for frameworks that know the end better than the response does
   */
  begin(
    rawReq: IncomingMessage,
    rawRes: ServerResponse,
    routeOf?: RouteOf<Req, Res>,
    req: Req = rawReq as Req,
    res: Res = rawRes as Res,
  ): () => void {
    try {
      const early = earlyRequestByRes(rawRes);
      const active = activeRequestOf(rawRes, early?.carrier);
      if (active !== undefined) {
        active.join(this.#recorder, routeOf, req, res);
        return active.end;
      }
      if (this.#recorder.isSkipped(req, rawReq)) return nothing;
      return this.#begin(rawReq, rawRes, routeOf, req, res, true, early).end;
    } catch (error) {
      this.reportError(error);
      return nothing;
    }
  }

  /** Notes the error that the framework reports for a request. Does nothing for a request that is not recorded. */
  failed(rawRes: ServerResponse, error: unknown): void {
    const request = activeRequestOf(rawRes);
    if (request !== undefined) request.error = error;
  }

  /** Notes that a response is a stream, whose duration says nothing about the service, although it is no `text/event-stream`. */
  streamBegan(rawRes: ServerResponse): void {
    activeRequestOf(rawRes)?.streamBegan();
  }

  /** Counts an error of an adapter in `http_instrumentation_errors_total` and calls `onError`. Never throws. */
  reportError(error: unknown): void {
    this.#recorder.reportError(error);
  }

  #begin(
    rawReq: IncomingMessage,
    rawRes: ServerResponse,
    routeOf: RouteOf<Req, Res> | undefined,
    req: Req,
    res: Res,
    hasFramework: boolean,
    early?: EarlyRequest,
  ): NodeRequest<Req, Res> {
    const recorder = this.#recorder;
    const method = recorder.methodLabel(early === undefined ? rawReq.method : early.method);
    const request = new NodeRequest(recorder, this.#sizes, rawReq, rawRes, method, routeOf, req, res, early);
    request.hasFramework = hasFramework;
    recorder.begin(request);
    this.#watch(request, early);
    return request;
  }

  #watch(request: NodeRequest<Req, Res>, early: EarlyRequest | undefined): void {
    const { rawRes } = request;
    try {
      attach<NodeRequest>(request as NodeRequest);
      if (request.carrier === rawRes) attachToReq(request.rawReq, request);
      if (early !== undefined) {
        early.request = request;
        if (early.isOver) request.end();
      } else {
        watchCompletion(request);
        if (this.#recorder.needsHeaders) hookHeaders(rawRes, request);
      }
      if (this.#sizes === 'body') hookBody(rawRes, request);
    } catch (error) {
      // A request whose end stays unnoticed must not stay in flight for ever.
      request.cancel();
      throw error;
    }
  }
}

/** Returns the active request of a response, which another copy of this package may have begun. */
function activeRequestOf(
  rawRes: ServerResponse,
  // A simulated response may lack its request.
  carrier: object = carrierOf(rawRes.req as IncomingMessage | undefined, rawRes),
): NodeRequest | undefined {
  return byResponse(rawRes, carrier as Carrier<NodeRequest>);
}

function nothing(): void {}
