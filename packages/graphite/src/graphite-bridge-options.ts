import { type ConnectionOptions, createSecureContext } from 'node:tls';
import {
  checkInteger,
  describeValue,
  errorMessage,
  formatLabelValue,
  type Gatherer,
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

/** How a {@link GraphiteBridge} sends, where to and what. */
export interface GraphiteBridgeOptions {
  /** Name or address of the server: Carbon, a relay, VictoriaMetrics or what else speaks one of these protocols. */
  readonly host: string;
  /** Default 2003; for `pickle` 2004. */
  readonly port?: number;
  /**
   * `tcp` (default) sends lines by a connection, `udp` lines in datagrams that may get lost without anybody knowing, `pickle`
   * lists in Python's format, which only Carbon and its relays read.
   */
  readonly protocol?: 'tcp' | 'udp' | 'pickle';
  /** Options of `node:tls`, or true for its defaults; not with `udp`. Default: no TLS. */
  readonly tls?: boolean | ConnectionOptions;
  /** What is sent. Default: the default registry, as it is when it is gathered. */
  readonly registry?: Gatherer;
  /** Nodes before every name, with dots between them, such as `apps.shop`. Default none. */
  readonly prefix?: string;
  /**
   * Labels as tags, `name;label=value`, which Graphite 1.1 and VictoriaMetrics take; an object adds tags to every series that
   * has no label of that name. Default false: labels are nodes of the path, `name.label.value`.
   */
  readonly tags?: boolean | Readonly<Record<string, LabelValue>>;
  /**
   * Gives each sample its whole path, instead of `prefix` and `tags`; `undefined` leaves it out. Use `pathNode` and
   * `tagValue` for texts that are not your own. Called for each sample of each snapshot, so that it costs twice as much
   * and more. What it throws is counted and reported, and leaves the sample out.
   */
  readonly path?: PathFunction;
  /**
   * `delta` sends what a counter rose by since the last snapshot that was handed over, also for counts, sums and buckets of
   * histograms and summaries, for which it keeps some 300 bytes each. Default `total`.
   */
  readonly counters?: 'total' | 'delta';
  /** Time between two snapshots after `start()`. Default 60000, which is Graphite's own usual step. */
  readonly intervalMs?: number;
  /** How long to wait for a connection, for the server to take some bytes, and for the metrics. Default 10000. */
  readonly timeoutMs?: number;
  /** How long `stop()` may take. Default 5000. */
  readonly stopTimeoutMs?: number;
  /**
   * Snapshots that wait while the server is away, besides the one that is being sent; the oldest are dropped whole. They wait
   * as numbers, of some 10 to 30 bytes for each sample; as many that were sent in the last `timeoutMs` are kept beside them, to
   * be sent again. Default 10.
   */
  readonly maxQueuedSnapshots?: number;
  /** Where the bridge's own metrics, `promwright_graphite_*`, register. Default: nowhere. */
  readonly registerer?: Registerer;
  /**
   * Told of the first failure of each outage, with a `GraphiteError`; later ones are only counted, until a connection has
   * held for `timeoutMs`. Also told of the first error of `path`. Default: a warning of the process.
   */
  readonly onError?: (error: Error) => void;
}

/** The options, checked, with their defaults. */
export interface CheckedOptions {
  readonly host: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp' | 'pickle';
  readonly tls: ConnectionOptions | undefined;
  readonly registry: Gatherer | undefined;
  readonly prefix: string;
  /** `undefined` where labels are no tags. */
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

/** @throws TypeError or RangeError with code `INVALID_OPTION` */
export function checkOptions(options: GraphiteBridgeOptions): CheckedOptions {
  if (typeof options !== 'object' || options === null) {
    throw typeError('INVALID_OPTION', `A Graphite bridge takes an object of options; got ${describeValue(options)}`);
  }
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
  if (typeof host !== 'string' || !/^[^\s/]+$/.test(host)) {
    throw optionTypeError('host', 'the name or address of a server', host);
  }
  oneOf('protocol', protocol, ['tcp', 'udp', 'pickle']);
  oneOf('counters', counters, ['total', 'delta']);
  const { port = protocol === 'pickle' ? 2004 : 2003 } = options;
  checkInteger('port', port, 1, 65_535);
  if (registry !== undefined && typeof registry?.gather !== 'function') {
    throw optionTypeError('registry', 'a registry or another with a method "gather"', registry);
  }
  if (registerer !== undefined && typeof registerer?.register !== 'function') {
    throw optionTypeError('registerer', 'a registry or another with a method "register"', registerer);
  }
  if (typeof onError !== 'function') throw optionTypeError('onError', 'a function', onError);
  if (path !== undefined) {
    if (typeof path !== 'function') throw optionTypeError('path', 'a function', path);
    if (prefix !== undefined || tags !== undefined) {
      throw typeError('INVALID_OPTION', 'Option "path" gives whole paths; leave "prefix" and "tags" out beside it');
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
    // Made once, so that a certificate that cannot be read is refused now and not at every attempt.
    return { ...options, secureContext: options.secureContext ?? createSecureContext(options) };
  } catch (cause) {
    throw new PromwrightError('INVALID_OPTION', `Option "tls" makes no connection: ${errorMessage(cause)}`, { cause });
  }
}

function checkPrefix(prefix: unknown): string {
  if (prefix === undefined || prefix === '') return '';
  if (typeof prefix !== 'string') throw optionTypeError('prefix', 'a string', prefix);
  if (PREFIX.test(prefix)) return prefix;
  const rule = 'must hold letters, digits, "_", ":" and "-", with single dots between nodes';
  throw rangeError('INVALID_OPTION', `Option "prefix" ${rule}; got ${describeValue(prefix)}`);
}

function checkTags(tags: GraphiteBridgeOptions['tags']): readonly Label[] | undefined {
  if (tags === undefined || tags === false) return undefined;
  if (tags === true) return [];
  if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) {
    throw optionTypeError('tags', 'true, false or an object of tags', tags);
  }
  return Object.entries(tags).map(([name, given]) => {
    // As it is written: whoever chooses a tag is better told than given another one.
    if (name === '' || tagName(name, new Set()) !== name) {
      const rule = 'must be named by letters, digits, "_", ":" and "-", and not "name" or "__name__"';
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
      const rule = 'must not be empty, begin with "~", or hold white space, ";" or a quote';
      throw rangeError('INVALID_OPTION', `Tag "${name}" of option "tags" ${rule}; got ${describeValue(given)}`);
    }
    return { name, value };
  });
}

function oneOf(option: string, value: unknown, choices: readonly string[]): void {
  if (choices.includes(value as string)) return;
  const known = choices.map((choice) => `"${choice}"`).join(', ');
  throw typeError('INVALID_OPTION', `Option "${option}" must be one of ${known}; got ${describeValue(value)}`);
}
