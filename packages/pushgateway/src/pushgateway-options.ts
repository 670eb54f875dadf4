import { readGathererOption } from '@promwright/exporter';
import {
  checkBoolean,
  checkInteger,
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

/** What a {@link Pushgateway} is made with. */
export interface PushgatewayOptions {
  /**
   * Where the Pushgateway is, such as `http://pushgateway:9091`, with the path that stands before `/metrics` if there is one.
   * A user and a password in it are taken out and used as the option `auth` would be.
   */
  readonly url: string | URL;
  /** The label `job` of all that is pushed. */
  readonly job: string;
  /**
   * Other labels that tell this job's metrics from those of others; a push replaces only what has the same `job` and these
   * same labels. Any value is fine, empty ones too. Names outside the classic character set are sent as `U__...`, which a
   * Pushgateway 1.11 with the flag `--push.enable-utf8-names` turns back; others keep them so. Default none.
   */
  readonly groupingKey?: Readonly<Record<string, LabelValue>>;
  /** What is pushed: a registry, or several as one. Default: the default registry, as it is when something is pushed. */
  readonly registry?: Gatherer | readonly Gatherer[];
  /** The credentials. Default: those in the URL, else none. */
  readonly auth?: PushAuth;
  /** Headers that every request has beside its own. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whom to trust and who one is, where `url` begins with `https://`. */
  readonly tls?: PushTls;
  /** How long one request may take, in milliseconds, and the gathering before it. Default 30 seconds. */
  readonly timeoutMs?: number;
  /**
   * How often a request is sent again, with the same bytes, that had no answer, or one that speaks of the server's own trouble
   * (a status of 500 or more, or 429). The wait before doubles each time, from half a second up to 30 seconds. Default 3.
   */
  readonly retries?: number;
  /** Default `text`, of version 0.0.4. `protobuf` carries native histograms, for a Pushgateway from 1.9 on. */
  readonly format?: 'text' | 'protobuf';
  /** What bodies of 1 KiB and more are compressed with. Default `gzip`, which every Pushgateway reads. */
  readonly compression?: 'gzip' | false;
  /**
   * Whether to push nothing at all when a collector fails, instead of leaving its metrics out, which takes them away from the
   * group. Default false.
   */
  readonly strict?: boolean;
  /**
   * Told of what goes wrong where no caller waits for it: of periodic pushes the first of several failures in a row, and of
   * each job whose metrics could not be pushed. Default: a warning of the process.
   */
  readonly onError?: (error: unknown) => void;
  /**
   * Where to count pushes: `promwright_pushes_total`, `promwright_push_failures_total`, `promwright_push_retries_total`,
   * `promwright_push_duration_seconds`, `promwright_push_last_success_timestamp_seconds`. All that register in one registry
   * are counted together. Default: nowhere.
   */
  readonly registerer?: Registerer;
}

/** What remains of the options after everything in them was checked and copied. */
export interface CheckedPushgatewayOptions {
  readonly address: GatewayAddress;
  readonly groupingKey: GroupingKey;
  /** Nothing for the default registry. */
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

/** With the longest waits between them, some ten minutes. */
const MAX_RETRIES = 20;

/** @throws TypeError or RangeError with a code: `INVALID_OPTION`, or that of the label in `groupingKey` that is wrong */
export function checkPushgatewayOptions(options: PushgatewayOptions): CheckedPushgatewayOptions {
  if (typeof options !== 'object' || options === null) {
    throw typeError('INVALID_OPTION', `A Pushgateway takes an object of options; got ${describeValue(options)}`);
  }
  const { timeoutMs = 30_000, retries = 3, format = 'text', compression = 'gzip', strict = false } = options;
  const { onError = warn, registerer } = options;
  const address = gatewayAddress(options.url);
  checkInteger('retries', retries, 0, MAX_RETRIES);
  if (format !== 'text' && format !== 'protobuf') {
    throw rangeError('INVALID_OPTION', `Option "format" must be "text" or "protobuf"; got ${describeValue(format)}`);
  }
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
