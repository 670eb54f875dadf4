import type { NativeOptions } from '@promwright/metrics';
import {
  checkOptionNames,
  describeValue,
  optionTypeError,
  type Registerer,
  rangeError,
  typeError,
} from '@promwright/model';
import { checkLimit } from '../options/check-limit.ts';
import type { ExemplarLabels } from './active-request.ts';
import type { RequestRecord } from './request-record.ts';
import type { Skip } from './skip-rule.ts';
import type { StatusOption } from './status-label.ts';

/** Keys of the option `names`: one for each metric. */
export type RequestFamily =
  | 'requestDuration'
  | 'requests'
  | 'requestsInFlight'
  | 'oldestRequestAge'
  | 'requestAborts'
  | 'timeToHeaders'
  | 'requestSize'
  | 'responseSize'
  | 'streamDuration'
  | 'streamsActive'
  | 'instrumentationErrors'
  | 'upgrades'
  | 'upgradedConnections'
  | 'upgradedConnectionDuration'
  | 'clientErrors';

/** Convention for the names and labels of request metrics. */
export type Convention = 'prometheus' | 'otel' | 'both';

/** Custom labels. */
export interface ExtraLabels<Req, Res, L extends string> {
  /** Names of the labels. */
  readonly names: readonly L[];
  /**
   * Returns the values of the labels. Called when a request has ended. A value that is missing or not a string becomes empty and
   * counts as an error of the instrumentation.
   */
  readonly values: (record: RequestRecord<Req, Res>) => Readonly<Record<L, string>>;
  /** Limit of distinct values of each label. Further values become `__other__`. Default 2000. */
  readonly limit?: number;
}

/** Options for recording requests, common to all kinds of servers. */
export interface RequestOptions<Req = unknown, Res = unknown, L extends string = never> {
  /** Registry of the metrics. Default: the default registry. */
  readonly registry?: Registerer;
  /** Prefix of the name of every metric, such as `myapp_`. Default: no prefix. */
  readonly prefix?: string;
  /**
   * Convention for names and labels. `prometheus` (default): `http_request_duration_seconds{method,route,status_code}` and similar
   * names. `otel`: the names and labels of OpenTelemetry's semantic conventions. `both`: all of them, for a migration, at the cost
   * of twice the series.
   */
  readonly convention?: Convention;
  /** Names that replace the defaults of the convention `prometheus`, without the prefix. Counters must end in `_total`. */
  readonly names?: Readonly<Partial<Record<RequestFamily, string>>>;
  /**
   * Upper bounds of the duration histogram, in seconds, in ascending order. Default .005 .01 .025 .05 .075 .1 .25 .5 .75 1 2.5 5
   * 7.5 10, as in OpenTelemetry's conventions.
   */
  readonly buckets?: readonly number[];
  /** Native histogram of the durations, in addition to `buckets`. Default false. */
  readonly native?: boolean | NativeOptions;
  /**
   * Names for the labels `method`, `route` and `status_code` of the convention `prometheus`; `false` omits the label in both
   * conventions. `scheme: true` and `protocolVersion: true` add these labels. Default: the first three, without the last two.
   */
  readonly labels?: {
    readonly method?: string | false;
    readonly route?: string | false;
    readonly status?: string | false;
    readonly scheme?: boolean;
    readonly protocolVersion?: boolean;
  };
  /** Value of the status label: `code` (default), `class` such as `2xx`, or a function, whose result is kept for each status. */
  readonly status?: StatusOption;
  /**
   * Methods that are shown unchanged. All other methods are shown as `_OTHER`. Default GET, HEAD, POST, PUT, DELETE, CONNECT,
   * OPTIONS, TRACE, PATCH and QUERY, or the methods in the environment variable `OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS`.
   */
  readonly knownMethods?: readonly string[];
  /** Route label of requests that matched no route. Default `(unmatched)`; `false`: empty, as always with `otel`. */
  readonly unmatchedRoute?: string | false;
  /** Limit of distinct routes. Further routes become `__other__`. Default 1000; `Infinity`: no limit. */
  readonly routeLimit?: number;
  /**
   * Returns the route of a request that has ended; `undefined` if no route matched. `detected` is the route that the framework
   * reports. Not called for requests with a route of `setRoute`.
   */
  readonly route?: (req: Req, res: Res, detected: string | undefined) => string | undefined;
  /** Custom labels on all metrics that are recorded at the end of a request. */
  readonly extraLabels?: ExtraLabels<Req, Res, L>;
  /**
   * Requests that are not recorded: an array of paths and of patterns for the path, both without the query, or a function that
   * returns true when the request begins. Default: all requests are recorded.
   */
  readonly skip?: Skip<Req>;
  /** Returns true at the end of a request that is not to be recorded. The request still counted as in flight. */
  readonly skipRecord?: (record: RequestRecord<Req, Res>) => boolean;
  /** True to show the number of requests in flight and the age of the oldest. Default true. */
  readonly inFlight?: boolean;
  /** True to add the counter `http_requests_total`, which equals the count of the duration histogram. Default false. */
  readonly counter?: boolean;
  /** True to add a histogram of the time to the headers. Default false. */
  readonly timeToHeaders?: boolean;
  /**
   * Histograms of the sizes of requests and responses. `header`: by the header Content-Length, if present. `body`: a response by
   * the bytes of its body, a request by its Content-Length. Default false: no sizes.
   */
  readonly sizes?: false | 'header' | 'body';
  /**
   * Recording of event streams (`text/event-stream`), which last as long as a visit. `separate` (default): the duration histogram
   * gets the time to the headers, and separate metrics get the duration and number of streams. `headers`: the duration histogram
   * gets the time to the headers; there are no separate metrics. `lifetime`: streams are recorded like other responses.
   */
  readonly streams?: 'separate' | 'lifetime' | 'headers';
  /**
   * Exemplar of a duration. `auto` (default): the sampled trace of OpenTelemetry's active span or of the header `traceparent`.
   * `false`: no exemplars. A function returns the labels of the exemplar, and is called when the request begins.
   */
  readonly exemplar?: 'auto' | false | ((req: Req) => ExemplarLabels | undefined);
  /** Called with errors inside the instrumentation, which never reach the application. Default: errors are only counted. */
  readonly onError?: (error: unknown) => void;
}

/** Names of the options of {@link RequestOptions}. */
export const REQUEST_OPTIONS: Readonly<Record<keyof RequestOptions, true>> = {
  registry: true,
  prefix: true,
  convention: true,
  names: true,
  buckets: true,
  native: true,
  labels: true,
  status: true,
  knownMethods: true,
  unmatchedRoute: true,
  routeLimit: true,
  route: true,
  extraLabels: true,
  skip: true,
  skipRecord: true,
  inFlight: true,
  counter: true,
  timeToHeaders: true,
  sizes: true,
  streams: true,
  exemplar: true,
  onError: true,
};

/** Advice for options of other libraries: express-prom-bundle, fastify-metrics, promster, prometheus-api-metrics and prom-client. */
const COUNTERPARTS: Readonly<Record<string, string>> = {
  metricsPath: 'use "path"',
  endpoint: 'use "path"',
  promRegistry: 'use "registry"',
  registers: 'use "registry"',
  register: 'use "registry"',
  autoregister: 'use "path": false to serve no scrape',
  includeMethod: 'the label is on by default; use "labels.method": false to omit it',
  includePath: 'the route is a label by default; use "labels.route": false to omit it',
  includeStatusCode: 'the label is on by default; use "labels.status": false to omit it',
  includeUp: 'Prometheus has the metric up',
  customLabels: 'use "extraLabels"',
  transformLabels: 'use "extraLabels"',
  additionalLabels: 'use "extraLabels"',
  getLabelValues: 'use "extraLabels"',
  formatStatusCode: 'use "status"',
  normalizeStatusCode: 'use "status"',
  normalizePath: 'routes are templates already; use "route" to rename them',
  urlValueParser: 'routes are templates already; use "route" to rename them',
  bypass: 'use "skip" or "skipRecord"',
  excludeRoutes: 'use "skip"',
  durationBuckets: 'use "buckets"',
  requestSizeBuckets: 'sizes have fixed buckets',
  responseSizeBuckets: 'sizes have fixed buckets',
  httpDurationMetricName: 'use "names.requestDuration"',
  metricType: 'use "native" for a native histogram; there is no summary',
  routeMetrics: 'use "skip", "names" and "labels"',
  defaultMetrics: 'call collectDefaultMetrics of @promwright/process',
  promClient: 'call collectDefaultMetrics of @promwright/process',
};

/**
 * Checks the options that no other part checks, before anything is created or registered.
 * @param more names of further options
 * @throws TypeError or RangeError with code `INVALID_OPTION`
 */
export function checkRequestOptions<Req, Res, L extends string>(
  options: RequestOptions<Req, Res, L>,
  more: Readonly<Record<string, true>>,
): void {
  if (typeof options !== 'object' || options === null) {
    throw typeError('INVALID_OPTION', `HTTP metrics take an object of options; got ${describeValue(options)}`);
  }
  checkOptionNames('HTTP instrumentation', options, Object.keys({ ...REQUEST_OPTIONS, ...more }), COUNTERPARTS);
  const { registry, unmatchedRoute, extraLabels } = options;
  if (registry !== undefined && typeof registry?.register !== 'function') {
    throw optionTypeError('registry', 'a registry', registry);
  }
  if (unmatchedRoute !== undefined && unmatchedRoute !== false && typeof unmatchedRoute !== 'string') {
    throw optionTypeError('unmatchedRoute', 'a string or false', unmatchedRoute);
  }
  checkKind(options, 'prefix', 'string', 'a string');
  for (const option of ['names', 'labels', 'extraLabels'] as const) {
    checkKind(options, option, 'object', 'an object');
  }
  for (const option of ['route', 'skipRecord', 'onError'] as const)
    checkKind(options, option, 'function', 'a function');
  for (const option of ['inFlight', 'counter', 'timeToHeaders'] as const) {
    checkKind(options, option, 'boolean', 'true or false');
  }
  if (options.labels !== undefined) checkOptionNames('labels', options.labels, LABEL_OPTIONS);
  if (extraLabels !== undefined) checkOptionNames('extraLabels', extraLabels, ['names', 'values', 'limit']);
  for (const option of ['scheme', 'protocolVersion'] as const) {
    checkKind(options.labels ?? {}, option, 'boolean', 'true or false', 'labels.');
  }
  checkChoice('convention', options.convention, ['prometheus', 'otel', 'both']);
  checkChoice('sizes', options.sizes, [false, 'header', 'body']);
  checkChoice('streams', options.streams, ['separate', 'lifetime', 'headers']);
  if (typeof options.exemplar !== 'function') checkChoice('exemplar', options.exemplar, ['auto', false]);
  checkLimit('routeLimit', options.routeLimit);
  checkNames(options.names ?? {});
  checkLabels(options.labels ?? {});
  if (extraLabels !== undefined) checkExtraLabels(extraLabels);
}

const LABEL_OPTIONS: readonly string[] = ['method', 'route', 'status', 'scheme', 'protocolVersion'];

const FAMILIES: Readonly<Record<RequestFamily, true>> = {
  requestDuration: true,
  requests: true,
  requestsInFlight: true,
  oldestRequestAge: true,
  requestAborts: true,
  timeToHeaders: true,
  requestSize: true,
  responseSize: true,
  streamDuration: true,
  streamsActive: true,
  instrumentationErrors: true,
  upgrades: true,
  upgradedConnections: true,
  upgradedConnectionDuration: true,
  clientErrors: true,
};

function checkNames(names: Readonly<Record<string, unknown>>): void {
  for (const [family, name] of Object.entries(names)) {
    if (!Object.hasOwn(FAMILIES, family)) {
      const known = Object.keys(FAMILIES).join(', ');
      throw rangeError('INVALID_OPTION', `Option "names" knows ${known}; got ${describeValue(family)}`);
    }
    if (name !== undefined && typeof name !== 'string') throw optionTypeError(`names.${family}`, 'a string', name);
  }
}

function checkLabels(labels: Readonly<Record<string, unknown>>): void {
  for (const label of ['method', 'route', 'status']) {
    const name = labels[label];
    if (name !== undefined && name !== false && typeof name !== 'string') {
      throw optionTypeError(`labels.${label}`, 'the name of a label or false', name);
    }
  }
}

function checkExtraLabels({ names, values, limit }: Partial<ExtraLabels<never, never, string>>): void {
  if (!Array.isArray(names) || names.some((name) => typeof name !== 'string')) {
    throw optionTypeError('extraLabels.names', 'an array of label names', names);
  }
  if (typeof values !== 'function') throw optionTypeError('extraLabels.values', 'a function', values);
  checkLimit('extraLabels.limit', limit);
}

function checkChoice(option: string, value: unknown, choices: readonly (string | false)[]): void {
  if (value === undefined || choices.includes(value as string)) return;
  const known = choices.map((choice) => (choice === false ? 'false' : `"${choice}"`)).join(', ');
  throw rangeError('INVALID_OPTION', `Option "${option}" must be one of ${known}; got ${describeValue(value)}`);
}

function checkKind(options: object, option: string, type: string, kind: string, parent = ''): void {
  const value: unknown = (options as Readonly<Record<string, unknown>>)[option];
  if (value === undefined || (typeof value === type && value !== null)) return;
  throw optionTypeError(parent + option, kind, value);
}
