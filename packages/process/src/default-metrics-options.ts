import {
  checkInteger,
  checkMetricName,
  checkOptionNames,
  MAX_TIMER_MS,
  optionTypeError,
  type Registerer,
  rangeError,
} from '@promwright/model';
import { type HttpPool, isHttpPool } from './http-pool.ts';
import { chooseGroups, type MetricGroup, type MetricGroupChoice } from './metric-group.ts';

/** Options of `collectDefaultMetrics`. */
export interface DefaultMetricsOptions {
  /** Registry of the metrics. Default: the default registry. */
  readonly registry?: Registerer;
  /** Prefix of every metric name, such as `myapp_`. Default none. */
  readonly prefix?: string;
  /**
   * Groups to collect. Default `['default']`: all except the costly ones. `['default', 'dns']` adds one, `['gc']`
   * collects nothing else, `['all']` everything.
   */
  readonly include?: readonly MetricGroupChoice[];
  /** Groups to omit from the included ones. Default none. */
  readonly exclude?: readonly MetricGroupChoice[];
  /**
   * Interval between samples of the event-loop delay, an integer of milliseconds from 1. By default 25, taken by a
   * timer only while the loop is busy for at least 2% of the time. An idle loop is sampled from its own turns, because
   * each tick of a timer wakes the process, and these ticks are most of the cost for an idle process. With a number,
   * the loop is always sampled by a timer. A stall appears shorter by up to this interval, or twice the interval if a
   * scrape falls into the stall; a short stall may be missed.
   */
  readonly eventLoopResolutionMs?: number;
  /** Upper bounds of the histogram of event-loop delays, in seconds, in ascending order. Default 0.001 to 10. */
  readonly eventLoopBuckets?: readonly number[];
  /** Length of time covered by the gauges `nodejs_eventloop_lag_*`, in milliseconds from 1000. Default 60,000. */
  readonly lagWindowMs?: number;
  /**
   * Upper bounds of the histogram of garbage collections, in seconds, in ascending order. Default .001 .01 .1 1 2 5,
   * the same as the official client (`@prometheus-io/client`).
   */
  readonly gcBuckets?: readonly number[];
  /**
   * Connection pools to report, by the value of their `pool` label: agents of `node:http` or `node:https`, and undici's
   * `Client`, `Pool` and `Agent`. The global agents (`http` and `https`) and `fetch` (if its undici has `stats`) are reported without this option.
   */
  readonly httpPools?: Readonly<Record<string, HttpPool>>;
  /** Limit of distinct hosts of outbound requests; later hosts become `__other__`. Default 100. */
  readonly hostLimit?: number;
  /** Mount point of the proc file system. Default `/proc`. Metrics of missing files are omitted. */
  readonly procDirectory?: string;
  /** Mount point of the cgroup file systems. Default `/sys/fs/cgroup`. Metrics of missing files are omitted. */
  readonly cgroupDirectory?: string;
}

/** Checked options with their defaults. */
export interface CheckedOptions {
  readonly registry: Registerer | undefined;
  readonly prefix: string;
  readonly groups: readonly MetricGroup[];
  readonly eventLoopResolutionMs: number | undefined;
  readonly eventLoopBuckets: readonly number[];
  readonly lagWindowMs: number;
  readonly gcBuckets: readonly number[];
  readonly httpPools: Readonly<Record<string, HttpPool>>;
  readonly hostLimit: number;
  readonly procDirectory: string;
  readonly cgroupDirectory: string;
}

const OPTION_NAMES: readonly string[] = Object.keys({
  registry: true,
  prefix: true,
  include: true,
  exclude: true,
  eventLoopResolutionMs: true,
  eventLoopBuckets: true,
  lagWindowMs: true,
  gcBuckets: true,
  httpPools: true,
  hostLimit: true,
  procDirectory: true,
  cgroupDirectory: true,
} satisfies Record<keyof DefaultMetricsOptions, true>);

/** Advice for the names of prom-client. */
const COUNTERPARTS: Readonly<Record<string, string>> = {
  register: 'use "registry"',
  registers: 'use "registry"',
  gcDurationBuckets: 'use "gcBuckets"',
  eventLoopMonitoringPrecision: 'use "eventLoopResolutionMs"',
  labels: 'use the labels of the registry',
  timeout: 'omit it, because metrics are collected at each scrape',
  timestamps: 'omit it, because Prometheus adds the time of the scrape',
};

const DELAY_BUCKETS: readonly number[] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const GC_BUCKETS: readonly number[] = [0.001, 0.01, 0.1, 1, 2, 5];

/**
 * Checks all options except the ones checked by the metrics themselves, before anything is started or registered.
 * @throws TypeError or RangeError with code `INVALID_OPTION` or `INVALID_NAME`
 */
export function checkOptions(options: DefaultMetricsOptions): CheckedOptions {
  checkOptionNames('collectDefaultMetrics', options, OPTION_NAMES, COUNTERPARTS);
  const { registry, prefix = '', httpPools = {} } = options;
  if (
    registry !== undefined &&
    (typeof registry?.register !== 'function' || typeof registry.unregister !== 'function')
  ) {
    throw optionTypeError('registry', 'a registry', registry);
  }
  if (typeof prefix !== 'string') throw optionTypeError('prefix', 'a string', prefix);
  if (prefix !== '') checkMetricName(prefix);
  const { eventLoopResolutionMs, lagWindowMs = 60_000, hostLimit = 100 } = options;
  if (eventLoopResolutionMs !== undefined) checkIntegerFrom(1, 'eventLoopResolutionMs', eventLoopResolutionMs);
  checkIntegerFrom(1000, 'lagWindowMs', lagWindowMs);
  checkHostLimit(hostLimit);
  checkPools(httpPools);
  return {
    registry,
    prefix,
    groups: chooseGroups(options.include, options.exclude),
    eventLoopResolutionMs,
    eventLoopBuckets: options.eventLoopBuckets ?? DELAY_BUCKETS,
    lagWindowMs,
    gcBuckets: options.gcBuckets ?? GC_BUCKETS,
    httpPools,
    hostLimit,
    procDirectory: checkDirectory('procDirectory', options.procDirectory ?? '/proc'),
    cgroupDirectory: checkDirectory('cgroupDirectory', options.cgroupDirectory ?? '/sys/fs/cgroup'),
  };
}

function checkPools(pools: unknown): void {
  if (typeof pools !== 'object' || pools === null) throw optionTypeError('httpPools', 'an object of pools', pools);
  for (const [name, pool] of Object.entries(pools)) {
    if (isHttpPool(pool)) continue;
    throw optionTypeError(`httpPools.${name}`, 'an agent with "sockets" or a pool with "stats"', pool);
  }
}

function checkIntegerFrom(min: number, option: string, value: unknown): void {
  if (typeof value !== 'number') throw optionTypeError(option, 'a number', value);
  checkInteger(option, value, min, MAX_TIMER_MS);
}

function checkHostLimit(value: unknown): void {
  if (typeof value !== 'number') throw optionTypeError('hostLimit', 'a number', value);
  if (value === Infinity || (Number.isInteger(value) && value >= 1)) return;
  throw rangeError('INVALID_OPTION', `Option "hostLimit" must be an integer from 1 on, or Infinity; got ${value}`);
}

function checkDirectory(option: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw optionTypeError(option, 'the path of a directory', value);
}
