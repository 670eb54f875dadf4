import { readGathererOption } from '@promwright/exporter';
import {
  checkBoolean,
  checkInteger,
  checkOneOf,
  checkOptionNames,
  describeValue,
  type Gatherer,
  type LabelValue,
  optionTypeError,
  type Registerer,
  rangeError,
  typeError,
} from '@promwright/model';
import { checkTime } from './check-time.ts';
import { type GatewayAddress, gatewayAddress } from './gateway-address.ts';
import { type GroupingKey, groupingKey } from './grouping-key.ts';
import { authorization, type PushAuth } from './push-auth.ts';
import { pushHeaders } from './push-headers.ts';
import { type PushTls, pushTls } from './push-tls.ts';

/** Options of a {@link Pushgateway}. */
export interface PushgatewayOptions {
  /**
   * URL of the Pushgateway, such as `http://pushgateway:9091`, with the path before `/metrics` if there is one. A user and a
   * password in the URL are removed and used like the option `auth`.
   */
  readonly url: string | URL;
  /** Value of the label `job` of all pushed metrics. */
  readonly job: string;
  /**
   * Further labels that identify this job's group of metrics. A push replaces only metrics with the same `job` and the same
   * labels. Any value is allowed, including the empty string. Names outside the classic character set are sent as `U__...`.
   * A Pushgateway 1.11 with the flag `--push.enable-utf8-names` decodes them; others store them encoded. Default none.
   */
  readonly groupingKey?: Readonly<Record<string, LabelValue>>;
  /** Registry to push, or several as one. Default: the default registry at the time of the push. */
  readonly registry?: Gatherer | readonly Gatherer[];
  /** Credentials. Default: the credentials in the URL, if any. */
  readonly auth?: PushAuth;
  /** Additional headers of every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Trusted authorities and own certificate, for a `url` that begins with `https://`. */
  readonly tls?: PushTls;
  /** Time limit of one request, and of the gathering before it, in milliseconds. Default 30 seconds. */
  readonly timeoutMs?: number;
  /**
   * Number of retries of a request that had no response, or a response with status 429 or at least 500. All attempts send the
   * same bytes. The wait before a retry doubles each time, from half a second up to 30 seconds. With status 429 or 503 it is
   * at least as long as the header `Retry-After` of the response asks; more than a minute fails the push instead. Default 3,
   * at most 20.
   */
  readonly retries?: number;
  /** Format of a push. Default `text`, version 0.0.4. `protobuf` includes native histograms; needs Pushgateway 1.9 or later. */
  readonly format?: 'text' | 'protobuf';
  /** Compression of bodies of at least 1 KiB. Default `gzip`, which every Pushgateway reads. */
  readonly compression?: 'gzip' | false;
  /**
   * True to push nothing if a collector fails. False to omit the metrics of that collector, which removes them from the group.
   * Default false.
   */
  readonly strict?: boolean;
  /**
   * Called with errors that no caller receives: for the first of consecutive failures of periodic pushes, for each job whose
   * metrics could not be pushed, and once for each metric that the format cannot express, so that a push omits it (code
   * `INVALID_FAMILY`). Default: a warning of the process.
   */
  readonly onError?: (error: unknown) => void;
  /**
   * Registry for the metrics of pushes: `promwright_pushes_total`, `promwright_push_failures_total`,
   * `promwright_push_retries_total`, `promwright_push_duration_seconds`, `promwright_push_last_success_timestamp_seconds`.
   * All gateways of one registry share these metrics. Default: none.
   */
  readonly registerer?: Registerer;
}

/** Checked and copied options with their defaults. */
export interface CheckedPushgatewayOptions {
  readonly address: GatewayAddress;
  readonly groupingKey: GroupingKey;
  /** Gatherer to push; undefined for the default registry. */
  readonly gatherer: Gatherer | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: PushTls;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly format: 'text' | 'protobuf';
  readonly compression: 'gzip' | false;
  readonly strict: boolean;
  readonly onError: (error: unknown) => void;
  readonly registerer: Registerer | undefined;
}

/** Limit of retries: about ten minutes with the longest waits. */
const MAX_RETRIES = 20;

const OPTION_NAMES: readonly string[] = Object.keys({
  url: true,
  job: true,
  groupingKey: true,
  registry: true,
  auth: true,
  headers: true,
  tls: true,
  timeoutMs: true,
  retries: true,
  format: true,
  compression: true,
  strict: true,
  onError: true,
  registerer: true,
} satisfies Record<keyof PushgatewayOptions, true>);

/** Advice for names of prom-client and of `node:http`. */
const COUNTERPARTS: Readonly<Record<string, string>> = {
  jobName: 'use "job"',
  groupings: 'use "groupingKey"',
  requireJobName: 'omit it, because "job" is always required',
  gatherer: 'use "registry"',
  register: 'use "registry"',
  registers: 'use "registry"',
  timeout: 'use "timeoutMs"',
  agent: 'use "tls" for certificates; connections are kept by the gateway',
};

/**
 * Checks and copies the options, and fills in the defaults.
 * @throws TypeError or RangeError with code `INVALID_OPTION`, or with the code of a wrong label in `groupingKey`
 */
export function checkPushgatewayOptions(options: PushgatewayOptions): CheckedPushgatewayOptions {
  checkOptionNames('Pushgateway', options, OPTION_NAMES, COUNTERPARTS);
  const { timeoutMs = 30_000, retries = 3, format = 'text', compression = 'gzip', strict = false } = options;
  const { onError = warn, registerer } = options;
  const address = gatewayAddress(options.url);
  checkInteger('retries', retries, 0, MAX_RETRIES);
  checkOneOf('format', format, ['text', 'protobuf']);
  if (compression !== 'gzip' && compression !== false) {
    const found = describeValue(compression);
    throw rangeError('INVALID_OPTION', `Option "compression" must be "gzip" or false; got ${found}`);
  }
  if (typeof onError !== 'function') {
    throw optionTypeError('onError', 'a function', onError);
  }
  if (registerer !== undefined && typeof registerer?.register !== 'function') {
    const found = describeValue(registerer);
    throw typeError('INVALID_OPTION', `Option "registerer" must have a method "register"; got ${found}`);
  }
  return {
    address,
    groupingKey: groupingKey(options.job, options.groupingKey),
    gatherer: readGathererOption('registry', options.registry),
    headers: pushHeaders(options.headers ?? {}, authorization(options.auth, address.credentials)),
    tls: pushTls(options.tls, address.protocol),
    timeoutMs: checkTime('timeoutMs', timeoutMs),
    retries,
    format,
    compression,
    strict: checkBoolean('strict', strict),
    onError,
    registerer,
  };
}

function warn(error: unknown): void {
  const { message, code } = (error ?? {}) as { message?: unknown; code?: unknown };
  process.emitWarning(typeof message === 'string' ? message : String(error), {
    type: 'PushWarning',
    ...(typeof code === 'string' && { code }),
  });
}
