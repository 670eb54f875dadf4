import type { IncomingMessage, ServerResponse } from 'node:http';
import { gathererOf } from '../options/gatherer-of.ts';
import { checkRequestOptions } from '../requests/request-options.ts';
import type { RouteOf } from '../requests/request-record.ts';
import { RequestRecorder } from '../requests/request-recorder.ts';
import { hasPathname, targetOf } from '../requests/request-target.ts';
import { setRoute } from '../requests/set-route.ts';
import { checkScrapeOptions } from '../scrape/scrape-options.ts';
import { type HttpMetricsOptions, scrapePath } from './http-metrics-options.ts';
import { attach, byResponse } from './requests/carrier.ts';
import { type EarlyRequest, earlyRequestByReq, earlyRequestByRes } from './requests/early-request.ts';
import { NodeRequest, type Sizes } from './requests/node-request.ts';
import { hookBody, hookHeaders } from './requests/response-hooks.ts';
import { watchCompletion } from './requests/watch-completion.ts';
import { scrapeHandler } from './scrape/scrape-handler.ts';

/**
 * Records HTTP requests: how long they took, how many are under way, which were aborted. Adapters are made of it; a program
 * without a framework can use it in its request listener, or call `instrumentServer`. Several made with equal options count
 * into the same series.
 *
 * It holds nothing but what it was given: no timer, and no listener beyond those on requests under way.
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

  /** @throws for a wrong option, with code `INVALID_OPTION`, and for names that are taken by other definitions */
  constructor(options: HttpMetricsOptions<Req, Res, L> = {}) {
    checkRequestOptions(options);
    this.#path = scrapePath(options);
    const { sizes = false, registry } = options;
    this.#sizes = sizes;
    const gatherer = gathererOf(registry);
    // Here already, because spreading what is no object would leave nothing to refuse.
    if (options.scrape !== undefined) checkScrapeOptions(options.scrape);
    this.#scrape = scrapeHandler({ ...(gatherer && { gatherer }), ...options.scrape });
    // Last, because it registers what it is made of.
    this.#recorder = new RequestRecorder(options) as unknown as RequestRecorder<Req, Res, string>;
  }

  /** Whether a request is for the path of the scrape, by whatever method and with whatever query. */
  isScrape(req: { readonly url?: string | undefined }): boolean {
    try {
      return this.#path !== false && hasPathname(earlyRequestByReq(req)?.target ?? targetOf(req), this.#path);
    } catch (error) {
      this.reportError(error);
      return false;
    }
  }

  /** Answers a scrape, as {@link scrapeHandler} does; who records it already leaves it out. */
  handleScrape(req: IncomingMessage, res: ServerResponse): void {
    setRoute(req, false);
    this.#scrape(req, res);
  }

  /**
   * Records a request from now on, although the framework has not seen it: `begin` is to follow when it has. The functions
   * among the options are asked only then, and never about a request that the framework refuses unseen. Never throws.
   */
  beginUnrouted(rawReq: IncomingMessage, rawRes: ServerResponse): void {
    try {
      if (byResponse(rawRes) !== undefined || this.#recorder.isSkipped(undefined, rawReq)) return;
      this.#open(rawReq, rawRes, undefined, rawReq as Req, rawRes as Res, true);
    } catch (error) {
      this.reportError(error);
    }
  }

  /**
   * Records a request from now on until its response has ended. `routeOf` is asked then. Of a request that is recorded
   * already, only `routeOf` is taken over: the outermost instrumentation measures, the innermost knows the route.
   * Never throws. Costs about a microsecond, and no hashing of labels once its series are known.
   * @param rawReq Node's request
   * @param rawRes Node's response
   * @param req the framework's request, which `routeOf` and the options' functions are given; Node's if left out
   * @param res the framework's response
   * @returns ends the record at once, for who knows the end better than the response does
   */
  begin(
    rawReq: IncomingMessage,
    rawRes: ServerResponse,
    routeOf?: RouteOf<Req, Res>,
    req: Req = rawReq as Req,
    res: Res = rawRes as Res,
  ): () => void {
    try {
      const sighting = earlyRequestByRes(rawRes);
      const known = byResponse(rawRes, sighting?.carrier);
      if (known !== undefined) {
        known.join(this.#recorder, routeOf, req, res);
        return known.end;
      }
      if (this.#recorder.isSkipped(req, rawReq)) return nothing;
      const request = this.#open(rawReq, rawRes, routeOf, req, res, false, sighting);
      return request.end;
    } catch (error) {
      this.reportError(error);
      return nothing;
    }
  }

  /** The framework says what a request failed with. Does nothing for one that is not recorded. */
  failed(rawRes: ServerResponse, error: unknown): void {
    const request = byResponse(rawRes);
    if (request !== undefined) request.error = error;
  }

  /** The answer is a stream whose duration says nothing about the service, although it is no `text/event-stream`. */
  streamBegan(rawRes: ServerResponse): void {
    byResponse(rawRes)?.streamBegan();
  }

  /** Counts an error of an adapter in `http_instrumentation_errors_total` and tells `onError`. Never throws. */
  reportError(error: unknown): void {
    this.#recorder.reportError(error);
  }

  #open(
    rawReq: IncomingMessage,
    rawRes: ServerResponse,
    routeOf: RouteOf<Req, Res> | undefined,
    req: Req,
    res: Res,
    isBare: boolean,
    sighting?: EarlyRequest,
  ): NodeRequest<Req, Res> {
    const recorder = this.#recorder;
    const method = recorder.methodLabel(sighting === undefined ? rawReq.method : sighting.method);
    const request = new NodeRequest(recorder, this.#sizes, rawReq, rawRes, method, routeOf, req, res, sighting);
    request.isBare = isBare;
    recorder.begin(request);
    this.#watch(request, sighting);
    return request;
  }

  #watch(request: NodeRequest<Req, Res>, sighting: EarlyRequest | undefined): void {
    const { rawRes } = request;
    try {
      attach(request as NodeRequest);
      if (sighting !== undefined) {
        sighting.request = request as NodeRequest;
        if (sighting.isOver) request.end();
      } else {
        watchCompletion(request);
        if (this.#recorder.needsHeaders) hookHeaders(rawRes, request);
      }
      if (this.#sizes === 'body') hookBody(rawRes, request);
    } catch (error) {
      // A request whose end nobody would notice must not stay in flight for ever.
      request.cancel();
      throw error;
    }
  }
}

function nothing(): void {}
