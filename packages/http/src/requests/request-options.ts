import type { NativeOptions } from '@promwright/metrics';
import { describeValue, optionTypeError, type Registerer, rangeError, typeError } from '@promwright/model';
import { checkLimit } from '../options/check-limit.ts';
import type { ExemplarLabels } from './active-request.ts';
import type { RequestRecord } from './request-record.ts';
import type { Skip } from './skip-rule.ts';
import type { StatusOption } from './status-label.ts';

/** The families of request metrics, as the option `names` calls them. */
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
  | 'clientErrors';

/** Which names and labels request metrics have. */
export type Convention = 'prometheus' | 'otel' | 'both';

/** Labels of one's own. */
export interface ExtraLabels<Req, Res, L extends string> {
  /** Their names. */
  readonly names: readonly L[];
  /** Their values, asked when a request has ended. One that is missing, or no text, is left empty and counted as an error. */
  readonly values: (record: RequestRecord<Req, Res>) => Readonly<Record<L, string>>;
  /** How many values of each are told apart; later ones become `__other__`. Default 2000. */
  readonly limit?: number;
}

/** How requests are recorded, whatever kind of server they come to. */
export interface RequestOptions<Req = unknown, Res = unknown, L extends string = never> {
  /** Where the metrics register. Default: the default registry. */
  readonly registry?: Registerer;
  /** Put before the name of every metric, such as `myapp_`. Default none. */
  readonly prefix?: string;
  /**
   * `prometheus` (default): `http_request_duration_seconds{method,route,status_code}` and its like. `otel`: the names and
   * labels of OpenTelemetry's semantic conventions. `both`, for the time of a migration, is twice the series.
   */
  readonly convention?: Convention;
  /** Other names for families of the convention `prometheus`, without the prefix. Counters must end in `_total`. */
  readonly names?: Readonly<Partial<Record<RequestFamily, string>>>;
  /**
   * Upper bounds of the duration histogram, in seconds and rising order. Default .005 .01 .025 .05 .075 .1 .25 .5 .75 1 2.5
   * 5 7.5 10, those of OpenTelemetry's conventions.
   */
  readonly buckets?: readonly number[];
  /** Native buckets beside those, for the durations. Default none. */
  readonly native?: boolean | NativeOptions;
  /**
   * Other names for the labels `method`, `route` and `status_code` of the convention `prometheus`; `false` leaves one out of
   * either convention. `scheme` and `protocolVersion` are left out unless asked for.
   */
  readonly labels?: {
    readonly method?: string | false;
    readonly route?: string | false;
    readonly status?: string | false;
    readonly scheme?: boolean;
    readonly protocolVersion?: boolean;
  };
  /** The label for the status: `code` (default), `class` such as `2xx`, or a function, whose answer is kept for each status. */
  readonly status?: StatusOption;
  /**
   * Methods that appear as they are; all others appear as `_OTHER`. Default GET, HEAD, POST, PUT, DELETE, CONNECT,
   * OPTIONS, TRACE, PATCH and QUERY, or those in the variable `OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS`.
   */
  readonly knownMethods?: readonly string[];
  /** The route of requests that matched none. Default `(unmatched)`; `false` leaves the label empty, as `otel` always does. */
  readonly unmatchedRoute?: string | false;
  /** How many routes are told apart; later ones become `__other__`. Default 1000; `Infinity` turns the limit off. */
  readonly routeLimit?: number;
  /**
   * Names the route of a request when it has ended. `detected` is what the framework reports. `undefined` means that none
   * matched. Not asked where `setRoute` was called.
   */
  readonly route?: (req: Req, res: Res, detected: string | undefined) => string | undefined;
  /** Labels of one's own on everything that is recorded at the end of a request. */
  readonly extraLabels?: ExtraLabels<Req, Res, L>;
  /**
   * Requests that are not recorded: paths that are equal, patterns that match the path (neither sees the query), or a
   * function that says so when the request begins. Default none.
   */
  readonly skip?: Skip<Req>;
  /** Says at its end that a request is not to be recorded; it was in flight all the same. */
  readonly skipRecord?: (record: RequestRecord<Req, Res>) => boolean;
  /** Whether to show requests in flight, and the age of the oldest. Default true. */
  readonly inFlight?: boolean;
  /** Whether to count requests as `http_requests_total` too, which equals the count of the histogram. Default false. */
  readonly counter?: boolean;
  /** Whether to show the time to the headers, as a histogram of its own. Default false. */
  readonly timeToHeaders?: boolean;
  /**
   * Sizes of requests and responses, by the header Content-Length where there is one; by the bytes of the socket, headers
   * included; or by the bytes of the body, which of a request means its Content-Length. Default false.
   */
  readonly sizes?: false | 'header' | 'socket' | 'body';
  /**
   * What becomes of event streams, whose duration is that of the visit. `separate` (default): the duration is the time to
   * the headers, and the stream has a histogram and a gauge of its own. `headers`: only the former. `lifetime`: no exception
   * is made.
   */
  readonly streams?: 'separate' | 'lifetime' | 'headers';
  /**
   * The exemplar of a duration: `auto` (default) has the sampled trace of OpenTelemetry's active span or of the header
   * `traceparent`; `false` none; a function, asked when the request begins, its own.
   */
  readonly exemplar?: 'auto' | false | ((req: Req) => ExemplarLabels | undefined);
  /** Told of errors inside the instrumentation, which never reach the application. Default: they are only counted. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Checks what no other part checks, before anything is made or registered.
 * @throws TypeError or RangeError with code `INVALID_OPTION`
 */
export function checkRequestOptions<Req, Res, L extends string>(options: RequestOptions<Req, Res, L>): void {
  if (typeof options !== 'object' || options === null) {
    throw typeError('INVALID_OPTION', `HTTP metrics take an object of options; got ${describeValue(options)}`);
  }
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
  for (const option of ['scheme', 'protocolVersion'] as const) {
    checkKind(options.labels ?? {}, option, 'boolean', 'true or false', 'labels.');
  }
  checkChoice('convention', options.convention, ['prometheus', 'otel', 'both']);
  checkChoice('sizes', options.sizes, [false, 'header', 'socket', 'body']);
  checkChoice('streams', options.streams, ['separate', 'lifetime', 'headers']);
  if (typeof options.exemplar !== 'function') checkChoice('exemplar', options.exemplar, ['auto', false]);
  checkLimit('routeLimit', options.routeLimit);
  checkNames(options.names ?? {});
  checkLabels(options.labels ?? {});
  if (extraLabels !== undefined) checkExtraLabels(extraLabels);
}

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

function checkKind(options: object, option: string, type: string, kind: string, where = ''): void {
  const value: unknown = (options as Readonly<Record<string, unknown>>)[option];
  if (value === undefined || (typeof value === type && value !== null)) return;
  throw optionTypeError(where + option, kind, value);
}
