import {
  checkMetricName,
  describeValue,
  MAX_TIMER_MS,
  optionTypeError,
  type Registerer,
  rangeError,
  typeError,
} from '@promwright/model';
import { type HttpPool, isHttpPool } from './http-pool.ts';
import { chooseGroups, type MetricGroup, type MetricGroupChoice } from './metric-group.ts';

/** What `collectDefaultMetrics` takes. */
export interface DefaultMetricsOptions {
  /** Where the metrics register. Default: the default registry. */
  readonly registry?: Registerer;
  /** Put before the name of every metric, such as `myapp_`. Default none. */
  readonly prefix?: string;
  /**
   * The groups to collect. Default `['default']`: all but the costly ones. `['default', 'dns']` adds one, `['gc']` collects
   * nothing else, `['all']` everything.
   */
  readonly include?: readonly MetricGroupChoice[];
  /** Groups that are left out of those. Default none. */
  readonly exclude?: readonly MetricGroupChoice[];
  /**
   * How often the delay of the event loop is sampled, in whole milliseconds from 1 on. By default every 25: by a timer while
   * the loop is at work for 2% of the time or more; else by what it does anyway, since each tick of a timer wakes the
   * process, which is most of what all of this costs an idle one. With a number it is a timer all the time. A stall looks
   * shorter than it is by up to this much, twice that if a scrape falls into it, so that a short one may be missed.
   */
  readonly eventLoopResolutionMs?: number;
  /** Upper bounds of the histogram of event-loop delays, in seconds and rising order. Default 0.001 to 10. */
  readonly eventLoopBuckets?: readonly number[];
  /** Of how much of the past the gauges `nodejs_eventloop_lag_*` speak, in milliseconds from 1000 on. Default 60,000. */
  readonly lagWindowMs?: number;
  /**
   * Upper bounds of the histogram of garbage collections, in seconds and rising order. Default .001 .01 .1 1 2 5, those of
   * the official client.
   */
  readonly gcBuckets?: readonly number[];
  /**
   * Connection pools to show beside `http` and `https`, the global agents, and `fetch`, by the name that they shall have:
   * agents of `node:http` or `node:https`, and undici's `Client`, `Pool` and `Agent`.
   */
  readonly httpPools?: Readonly<Record<string, HttpPool>>;
  /** How many hosts of outbound requests are told apart; later ones become `__other__`. Default 100. */
  readonly hostLimit?: number;
  /** Where the proc file system is mounted. Default `/proc`. What it lacks is left out. */
  readonly procDirectory?: string;
  /** Where the cgroup file systems are mounted. Default `/sys/fs/cgroup`. What they lack is left out. */
  readonly cgroupDirectory?: string;
}

/** The options after everything in them was checked, with their defaults. */
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

const DELAY_BUCKETS: readonly number[] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const GC_BUCKETS: readonly number[] = [0.001, 0.01, 0.1, 1, 2, 5];

/**
 * Checks everything that no metric checks itself, before anything is started or registered.
 * @throws TypeError or RangeError with code `INVALID_OPTION` or `INVALID_NAME`
 */
export function checkOptions(options: DefaultMetricsOptions): CheckedOptions {
  if (typeof options !== 'object' || options === null) {
    throw typeError(
      'INVALID_OPTION',
      `collectDefaultMetrics takes an object of options; got ${describeValue(options)}`,
    );
  }
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
  if (eventLoopResolutionMs !== undefined) checkAtLeast('eventLoopResolutionMs', eventLoopResolutionMs, 1);
  checkAtLeast('lagWindowMs', lagWindowMs, 1000);
  if (hostLimit !== Infinity) checkAtLeast('hostLimit', hostLimit, 1);
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

function checkAtLeast(option: string, value: unknown, least: number): void {
  if (typeof value !== 'number') throw optionTypeError(option, 'a number', value);
  if (Number.isInteger(value) && value >= least && value <= MAX_TIMER_MS) return;
  throw rangeError(
    'INVALID_OPTION',
    `Option "${option}" must be an integer from ${least} on; got ${describeValue(value)}`,
  );
}

function checkDirectory(option: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw optionTypeError(option, 'the path of a directory', value);
}
