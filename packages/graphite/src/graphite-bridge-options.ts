import { type ConnectionOptions, createSecureContext } from 'node:tls';
import { describeAddress } from '@promwright/exporter';
import {
  checkInteger,
  checkOneOf,
  checkOptionNames,
  describeValue,
  errorMessage,
  formatLabelValue,
  type Gatherer,
  isLabelObject,
  type Label,
  type LabelValue,
  MAX_TIMER_MS,
  optionTypeError,
  PromwrightError,
  type Registerer,
  rangeError,
  typeError,
} from '@promwright/model';
import type { PathFunction } from './custom-paths.ts';
import { tagName, tagValue } from './names.ts';

/** Options of a {@link GraphiteBridge}. */
export interface GraphiteBridgeOptions {
  /** Name or address of the server: Carbon, a relay, VictoriaMetrics, or another server of one of these protocols. */
  readonly host: string;
  /** Port of the server. Default 2003; for `pickle` 2004. */
  readonly port?: number;
  /**
   * Protocol. `tcp` (default) sends lines over a connection. `udp` sends lines in datagrams, which can be lost without
   * an error. `pickle` sends lists in Python's format, which only Carbon and its relays read.
   */
  readonly protocol?: 'tcp' | 'udp' | 'pickle';
  /** Options of `node:tls`, or true for its defaults; not allowed with `udp`. Default: no TLS. */
  readonly tls?: boolean | ConnectionOptions;
  /** Registry to send. Default: the default registry at the time of gathering. */
  readonly registry?: Gatherer;
  /** Nodes before every name, separated by dots, such as `apps.shop`. Default none. */
  readonly prefix?: string;
  /**
   * True to write labels as tags, `name;label=value`, which Graphite 1.1 and VictoriaMetrics accept. An object does that too,
   * and adds its tags to every series without a label of that name. Default false: labels are nodes of the path,
   * `name.label.value`.
   */
  readonly tags?: boolean | Readonly<Record<string, LabelValue>>;
  /**
   * Function that returns the whole path of a sample, instead of `prefix` and `tags`, or `undefined` to omit the sample. Use
   * `pathNode` and `tagValue` for strings from elsewhere. It is called for each sample of each snapshot, which makes a snapshot
   * at least twice as expensive. If it throws, the error is counted and reported, and the sample is omitted.
   */
  readonly path?: PathFunction;
  /**
   * Form of counters. `delta` sends the increase since the last snapshot that was sent, also for counts, sums and
   * buckets of histograms and summaries. It needs about 300 bytes of memory for each of these numbers. Default `total`.
   */
  readonly counters?: 'total' | 'delta';
  /** Time between two snapshots after `start()`, in milliseconds. Default 60000, the usual step of Graphite. */
  readonly intervalMs?: number;
  /** Time limit of a connection, of each chunk that the server accepts, and of gathering, in milliseconds. Default 10000. */
  readonly timeoutMs?: number;
  /** Time limit of `stop()`, in milliseconds. Default 5000. */
  readonly stopTimeoutMs?: number;
  /**
   * Limit of waiting snapshots while the server cannot be reached, in addition to the current one. The oldest snapshots
   * are dropped first. A waiting snapshot needs about 10 to 30 bytes for each sample. Snapshots sent in the last
   * `timeoutMs` are kept too, up to the same number, because they may have to be sent again. Default 10.
   */
  readonly maxQueuedSnapshots?: number;
  /** Registry for the bridge's own metrics, `promwright_graphite_*`. Default: none. */
  readonly registerer?: Registerer;
  /**
   * Called with a `GraphiteError` for the first failure of each outage; later failures are only counted, until a connection
   * has lasted for `timeoutMs`. Also called for the first error of `path`. Default: a warning of the process.
   */
  readonly onError?: (error: Error) => void;
}

/** Checked options with their defaults. */
export interface CheckedOptions {
  readonly host: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp' | 'pickle';
  readonly tls: ConnectionOptions | undefined;
  readonly registry: Gatherer | undefined;
  readonly prefix: string;
  /** Tags for all series; undefined to write labels as nodes. */
  readonly tags: readonly Label[] | undefined;
  readonly path: PathFunction | undefined;
  readonly counters: 'total' | 'delta';
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly stopTimeoutMs: number;
  readonly maxQueuedSnapshots: number;
  readonly registerer: Registerer | undefined;
  readonly onError: (error: Error) => void;
}

const PREFIX = /^[a-zA-Z0-9_:-]+(?:\.[a-zA-Z0-9_:-]+)*$/;

const OPTION_NAMES: readonly string[] = Object.keys({
  host: true,
  port: true,
  protocol: true,
  tls: true,
  registry: true,
  prefix: true,
  tags: true,
  path: true,
  counters: true,
  intervalMs: true,
  timeoutMs: true,
  stopTimeoutMs: true,
  maxQueuedSnapshots: true,
  registerer: true,
  onError: true,
} satisfies Record<keyof GraphiteBridgeOptions, true>);

/** Advice for names of other libraries. */
const COUNTERPARTS: Readonly<Record<string, string>> = {
  url: 'use "host" and "port"',
  gatherer: 'use "registry"',
  register: 'use "registry"',
  registers: 'use "registry"',
  interval: 'use "intervalMs"',
  timeout: 'use "timeoutMs"',
};

/**
 * Checks the options and fills in the defaults.
 * @throws TypeError or RangeError with code `INVALID_OPTION`
 */
export function checkOptions(options: GraphiteBridgeOptions): CheckedOptions {
  checkOptionNames('GraphiteBridge', options, OPTION_NAMES, COUNTERPARTS);
  const {
    host,
    protocol = 'tcp',
    prefix,
    tags,
    path,
    counters = 'total',
    registry,
    registerer,
    onError = warn,
  } = options;
  if (typeof host !== 'string' || !/^[^\s/@\\]+$/.test(host)) {
    const rule = 'Option "host" must be the name or address of a server, without scheme and credentials';
    throw typeError('INVALID_OPTION', `${rule}; got ${describeAddress(host)}`);
  }
  checkOneOf('protocol', protocol, ['tcp', 'udp', 'pickle']);
  checkOneOf('counters', counters, ['total', 'delta']);
  const { port = protocol === 'pickle' ? 2004 : 2003 } = options;
  checkInteger('port', port, 1, 65_535);
  if (registry !== undefined && typeof registry?.gather !== 'function') {
    throw optionTypeError('registry', 'a registry or another object with a method "gather"', registry);
  }
  if (registerer !== undefined && typeof registerer?.register !== 'function') {
    throw optionTypeError('registerer', 'a registry or another object with a method "register"', registerer);
  }
  if (typeof onError !== 'function') throw optionTypeError('onError', 'a function', onError);
  if (path !== undefined) {
    if (typeof path !== 'function') throw optionTypeError('path', 'a function', path);
    if (prefix !== undefined || tags !== undefined) {
      throw typeError('INVALID_OPTION', 'Option "path" returns whole paths; omit "prefix" and "tags"');
    }
  }
  return {
    host,
    port,
    protocol,
    tls: checkTls(options.tls, protocol),
    registry,
    prefix: checkPrefix(prefix),
    tags: checkTags(tags),
    path,
    counters,
    intervalMs: checkInteger('intervalMs', options.intervalMs ?? 60_000, 1, MAX_TIMER_MS),
    timeoutMs: checkInteger('timeoutMs', options.timeoutMs ?? 10_000, 1, MAX_TIMER_MS),
    stopTimeoutMs: checkInteger('stopTimeoutMs', options.stopTimeoutMs ?? 5000, 0, MAX_TIMER_MS),
    maxQueuedSnapshots: checkInteger('maxQueuedSnapshots', options.maxQueuedSnapshots ?? 10, 1, 1_000_000),
    registerer,
    onError,
  };
}

function warn(error: Error): void {
  process.emitWarning(error);
}

function checkTls(tls: unknown, protocol: string): ConnectionOptions | undefined {
  if (tls === undefined || tls === false) return undefined;
  if (tls !== true && (typeof tls !== 'object' || tls === null)) {
    throw optionTypeError('tls', 'true, false or options of node:tls', tls);
  }
  if (protocol === 'udp') throw rangeError('INVALID_OPTION', 'Option "tls" needs a connection; "udp" has none');
  const options: ConnectionOptions = tls === true ? {} : tls;
  try {
    // The context is created once, so that an unreadable certificate is refused now and not at every attempt.
    return { ...options, secureContext: options.secureContext ?? createSecureContext(options) };
  } catch (cause) {
    throw new PromwrightError('INVALID_OPTION', `Option "tls" is not usable: ${errorMessage(cause)}`, { cause });
  }
}

function checkPrefix(prefix: unknown): string {
  if (prefix === undefined || prefix === '') return '';
  if (typeof prefix !== 'string') throw optionTypeError('prefix', 'a string', prefix);
  if (PREFIX.test(prefix)) return prefix;
  const rule = 'must consist of letters, digits, "_", ":" and "-", with single dots between nodes';
  throw rangeError('INVALID_OPTION', `Option "prefix" ${rule}; got ${describeValue(prefix)}`);
}

function checkTags(tags: GraphiteBridgeOptions['tags']): readonly Label[] | undefined {
  if (tags === undefined || tags === false) return undefined;
  if (tags === true) return [];
  if (!isLabelObject(tags)) {
    throw optionTypeError('tags', 'true, false or an object of tags', tags);
  }
  return Object.entries(tags).map(([name, given]) => {
    // An invalid tag is refused and not changed, because the user would search Graphite for the tag as written.
    if (name === '' || tagName(name, new Set()) !== name) {
      const rule = 'must have names of letters, digits, "_", ":" and "-" other than "name" and "__name__"';
      throw rangeError('INVALID_OPTION', `Tags of option "tags" ${rule}; got ${describeValue(name)}`);
    }
    if (!['string', 'number', 'boolean'].includes(typeof given)) {
      throw typeError(
        'INVALID_OPTION',
        `Tag "${name}" of option "tags" must be a string, number or boolean; got ${describeValue(given)}`,
      );
    }
    const value = formatLabelValue(given, name, 'tags');
    if (value === '' || tagValue(value) !== value) {
      const rule = 'must not be empty, begin with "~", or contain white space, ";" or a quote';
      throw rangeError('INVALID_OPTION', `Tag "${name}" of option "tags" ${rule}; got ${describeValue(given)}`);
    }
    return { name, value };
  });
}
