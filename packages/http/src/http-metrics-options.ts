import type { IncomingMessage, ServerResponse } from 'node:http';
import { describeValue, type Registerer, rangeError, typeError } from '@promwright/model';
import type { ScrapeOptions } from './scrape-handler.ts';
import type { Skip } from './skip-rule.ts';

/** What request metrics are made with. Adapters take the same options, with their framework's request and response. */
export interface HttpMetricsOptions<
  Req extends IncomingMessage = IncomingMessage,
  Res extends ServerResponse = ServerResponse,
> {
  /**
   * Where the scrape is served: the whole path, also below a mount, such as `/internal/metrics`. Default `/metrics`;
   * `false` serves it nowhere. Requests to it are not recorded.
   */
  readonly path?: string | false;
  /** How the scrape is served. It shows the option `registry` if that is a registry, else the default one. */
  readonly scrape?: ScrapeOptions;
  /** Where the metrics register. Default: the default registry. */
  readonly registry?: Registerer;
  /** Put before the name of every metric, such as `myapp_`. Default none. */
  readonly prefix?: string;
  /**
   * Upper bounds of the duration histogram, in seconds and rising order. Default .005 .01 .025 .05 .075 .1 .25 .5 .75 1 2.5
   * 5 7.5 10, those of OpenTelemetry's conventions.
   */
  readonly buckets?: readonly number[];
  /**
   * Methods that appear as they are; all others appear as `_OTHER`. Default GET, HEAD, POST, PUT, DELETE, CONNECT,
   * OPTIONS, TRACE, PATCH and QUERY.
   */
  readonly knownMethods?: readonly string[];
  /** The route of requests that matched none. Default `(unmatched)`. */
  readonly unmatchedRoute?: string;
  /** How many routes are told apart; later ones become `__other__`. Default 1000; `Infinity` turns the limit off. */
  readonly routeLimit?: number;
  /**
   * Names the route of a request when it has ended. `detected` is what the framework reports. `undefined` means that none
   * matched. Not asked where `setRoute` was called.
   */
  readonly route?: (req: Req, res: Res, detected: string | undefined) => string | undefined;
  /**
   * Requests that are not recorded: paths that are equal, patterns that match the path (neither sees the query), or a
   * function that says so when the request begins. Default none.
   */
  readonly skip?: Skip<Req>;
  /** Told of errors inside the instrumentation, which never reach the application. Default: they are only counted. */
  readonly onError?: (error: unknown) => void;
}

/** The options after everything in them was checked, with their defaults. */
export interface CheckedHttpMetricsOptions {
  readonly path: string | false;
  readonly registry: Registerer | undefined;
  readonly prefix: string;
  readonly buckets: readonly number[];
  readonly unmatchedRoute: string;
  readonly routeLimit: number;
}

/** The bounds that OpenTelemetry's conventions advise for `http.server.request.duration`. */
const DURATION_BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/**
 * Checks what no other part checks, before anything is made or registered.
 * @throws TypeError or RangeError with code `INVALID_OPTION`
 */
export function checkHttpMetricsOptions<Req extends IncomingMessage, Res extends ServerResponse>(
  options: HttpMetricsOptions<Req, Res>,
): CheckedHttpMetricsOptions {
  if (typeof options !== 'object' || options === null) {
    throw typeError('INVALID_OPTION', `HTTP metrics take an object of options; got ${describeValue(options)}`);
  }
  const { path = '/metrics', registry, prefix = '', unmatchedRoute = '(unmatched)', routeLimit = 1000 } = options;
  if (path !== false) {
    if (typeof path !== 'string') throw wrongKind('path', 'a path or false', path);
    if (!/^\/[^?#\s]*$/.test(path)) {
      throw rangeError(
        'INVALID_OPTION',
        `Option "path" must begin with "/" and hold no query; got ${describeValue(path)}`,
      );
    }
  }
  if (options.scrape !== undefined && (typeof options.scrape !== 'object' || options.scrape === null)) {
    throw wrongKind('scrape', 'an object of options', options.scrape);
  }
  if (registry !== undefined && typeof registry?.register !== 'function') {
    throw wrongKind('registry', 'a registry', registry);
  }
  if (typeof prefix !== 'string') throw wrongKind('prefix', 'a text', prefix);
  if (typeof unmatchedRoute !== 'string') throw wrongKind('unmatchedRoute', 'a text', unmatchedRoute);
  if (!(routeLimit === Infinity || (Number.isInteger(routeLimit) && routeLimit >= 1))) {
    throw rangeError(
      'INVALID_OPTION',
      `Option "routeLimit" must be a whole number from 1 on, or Infinity; got ${describeValue(routeLimit)}`,
    );
  }
  for (const option of ['route', 'onError'] as const) {
    const value = options[option];
    if (value !== undefined && typeof value !== 'function') throw wrongKind(option, 'a function', value);
  }
  return { path, registry, prefix, buckets: options.buckets ?? DURATION_BUCKETS, unmatchedRoute, routeLimit };
}

function wrongKind(option: string, kind: string, value: unknown): TypeError {
  return typeError('INVALID_OPTION', `Option "${option}" must be ${kind}; got ${describeValue(value)}`);
}
