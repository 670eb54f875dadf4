import type { IncomingMessage, ServerResponse } from 'node:http';
import { describeValue, type Gatherer, type Registerer, typeError } from '@promwright/model';
import { checkHttpMetricsOptions, type HttpMetricsOptions } from './http-metrics-options.ts';
import { MethodLabel } from './method-label.ts';
import { RequestFamilies } from './request-families.ts';
import { joinRecord, RequestRecord, type RouteOf } from './request-record.ts';
import { hasPathname, targetOf } from './request-target.ts';
import { scrapeHandler } from './scrape-handler.ts';
import { routeSetFor } from './set-route.ts';
import { skipRule } from './skip-rule.ts';
import { outcomeOf } from './watch-completion.ts';

/**
 * Records HTTP requests: how long they took, how many are under way, which were aborted. Adapters are made of it; a program
 * without a framework can use it in its request listener. Several made with equal options count into the same series.
 *
 * It holds nothing but what it was given: no timer, and no listener beyond those on requests under way and their sockets.
 *
 * @example
 * const metrics = new HttpMetrics();
 * createServer((req, res) => {
 *   if (metrics.isScrape(req)) return metrics.handleScrape(req, res);
 *   metrics.begin(req, res, () => '/hello');
 *   res.end('Hello\n');
 * });
 */
export class HttpMetrics<Req extends IncomingMessage = IncomingMessage, Res extends ServerResponse = ServerResponse> {
  readonly #path: string | false;
  readonly #unmatchedRoute: string;
  readonly #families: RequestFamilies;
  readonly #methods: MethodLabel;
  readonly #skip: ((req: Req) => boolean) | undefined;
  readonly #route: HttpMetricsOptions<Req, Res>['route'];
  readonly #onError: HttpMetricsOptions<Req, Res>['onError'];
  readonly #scrape: (req: IncomingMessage, res: ServerResponse) => void;

  /** @throws for a wrong option, with code `INVALID_OPTION`, and for names that are taken by other definitions */
  constructor(options: HttpMetricsOptions<Req, Res> = {}) {
    const checked = checkHttpMetricsOptions(options);
    this.#path = checked.path;
    this.#unmatchedRoute = checked.unmatchedRoute;
    this.#methods = new MethodLabel(options.knownMethods);
    this.#skip = skipRule(options.skip);
    this.#route = options.route;
    this.#onError = options.onError;
    const gatherer = gathererIn(checked.registry);
    this.#scrape = scrapeHandler({ ...(gatherer && { gatherer }), ...options.scrape });
    this.#families = new RequestFamilies(checked);
  }

  /** Whether a request is for the path of the scrape, by whatever method and with whatever query. */
  isScrape(req: Req): boolean {
    try {
      return this.#path !== false && hasPathname(targetOf(req), this.#path);
    } catch (error) {
      this.reportError(error);
      return false;
    }
  }

  /** Answers a scrape, as {@link scrapeHandler} does. */
  handleScrape(req: Req, res: Res): void {
    this.#scrape(req, res);
  }

  /**
   * Records a request from now on until its response has ended. `routeOf` is asked then. Of a request that is recorded
   * already, only `routeOf` is taken over: the outermost instrumentation measures, the innermost knows the route.
   * Never throws. Costs two listeners on the response, and no hashing of labels once its series are known.
   */
  begin(req: Req, res: Res, routeOf?: RouteOf<Req, Res>): void {
    try {
      if (joinRecord(req, routeOf) || this.#isSkipped(req)) return;
      const method = this.#methods.of(req.method);
      new RequestRecord(req, res, method, routeOf, this.#onEnd).begin(this.#families.inFlight(method));
    } catch (error) {
      this.reportError(error);
    }
  }

  /** Counts an error of an adapter in `http_instrumentation_errors_total` and tells `onError`. Never throws. */
  reportError(error: unknown): void {
    try {
      this.#families.failed();
      this.#onError?.(error);
    } catch {
      // Nobody is left to be told.
    }
  }

  #isSkipped(req: Req): boolean {
    try {
      return this.#skip?.(req) ?? false;
    } catch (error) {
      this.reportError(error);
      return false;
    }
  }

  // One function for all requests, which each of them holds until it ends.
  readonly #onEnd = (record: RequestRecord<Req, Res>): void => {
    try {
      const durationSeconds = (performance.now() - record.startMs) / 1000;
      const route = this.#routeOf(record);
      if (route === false) return;
      const { status, abortPhase } = outcomeOf(record);
      this.#families.ended({ method: record.method, route, status, abortPhase, durationSeconds });
    } catch (error) {
      this.reportError(error);
    }
  };

  #routeOf(record: RequestRecord<Req, Res>): string | false {
    const { req, res } = record;
    const set = routeSetFor(req);
    if (set === false || typeof set === 'string') return set;
    if (set !== undefined) this.reportError(notARoute('setRoute', set));
    const detected = this.#detectedRoute(record);
    if (this.#route === undefined) return detected ?? this.#unmatchedRoute;
    try {
      const named: unknown = this.#route(req, res, detected);
      if (named !== undefined && typeof named !== 'string') throw notARoute('Option "route"', named);
      return named ?? this.#unmatchedRoute;
    } catch (error) {
      this.reportError(error);
      return detected ?? this.#unmatchedRoute;
    }
  }

  #detectedRoute({ req, res, routeOf }: RequestRecord<Req, Res>): string | undefined {
    try {
      return routeOf?.(req, res);
    } catch (error) {
      this.reportError(error);
      return undefined;
    }
  }
}

/** A registry of ours gives what it takes; another `Registerer` may not. */
function gathererIn(registry: Registerer | undefined): Gatherer | undefined {
  return typeof (registry as Partial<Gatherer> | undefined)?.gather === 'function'
    ? (registry as Registerer & Gatherer)
    : undefined;
}

function notARoute(subject: string, value: unknown): TypeError {
  return typeError('INVALID_OPTION', `${subject} must give a text as the route; got ${describeValue(value)}`);
}
