import { Counter, defaultRegistry } from '@promwright/metrics';
import type { Registerer } from '@promwright/model';
import { type CheckedOptions, checkOptions, type DefaultMetricsOptions } from './default-metrics-options.ts';
import { GroupContext } from './group-context.ts';
import { startGroup } from './groups/start-group.ts';
import type { MetricGroup } from './metric-group.ts';
import { acquire, type Lease } from './shared-groups.ts';

/** Running collection of default metrics, started by {@link collectDefaultMetrics}. */
export interface DefaultMetrics {
  /** Names of the collected groups. A group that the platform does not support is listed, but has no metrics. */
  readonly groups: readonly MetricGroup[];
  /**
   * Stops the collection: no timer, observer, listener or open file is left, and the metrics are unregistered. Groups
   * shared with another call continue until the other collection is stopped too. A second call does nothing.
   */
  stop(): void;
}

/**
 * Collects metrics of the process, its container and the Node.js runtime from now on, into the default registry or
 * another.
 *
 * Numbers are read at each scrape, and no scrape changes the values of another scrape. Between scrapes, the event loop
 * is sampled, which wakes an idle process five times a second and a busy process forty times. Nothing keeps the process
 * from exiting. Metrics that the platform does not support are omitted. Internal errors are counted in
 * `process_instrumentation_errors_total`.
 *
 * A second call with the same registry and prefix shares the running groups.
 *
 * @example
 * const collectors = collectDefaultMetrics({ prefix: 'shop_', exclude: ['network'] });
 * collectors.stop();
 * @throws TypeError or RangeError with a `code` for an invalid option; with code `DUPLICATE_DEFINITION` if a group is
 *   already collected with other options, or a name is taken. In all these cases nothing is started
 */
export function collectDefaultMetrics(options: DefaultMetricsOptions = {}): DefaultMetrics {
  const checked = checkOptions(options);
  const registry = checked.registry ?? defaultRegistry;
  const leases: Lease[] = [];
  const release = () => {
    for (const lease of leases.reverse()) lease.release();
  };
  try {
    leases.push(acquireErrorCounter(checked, registry));
    for (const group of checked.groups) leases.push(acquireGroup(group, checked, registry));
  } catch (error) {
    release();
    throw error;
  }
  return { groups: checked.groups, stop: release };
}

function acquireErrorCounter({ prefix }: CheckedOptions, registry: Registerer): Lease {
  return acquire(registry, {
    key: `${prefix}errors`,
    parameters: '',
    start: () => ({ collectors: [errorCounter(prefix, null)] }),
  });
}

function acquireGroup(group: MetricGroup, options: CheckedOptions, registry: Registerer): Lease {
  return acquire(registry, {
    key: `${options.prefix}${group}`,
    parameters: parametersOf(group, options),
    start(end) {
      // This error counter equals the registered counter, so both write to the same series.
      const context = new GroupContext(group, options, registry, errorCounter(options.prefix, registry));
      const started = startGroup(group, context);
      context.watch(started, end);
      return started;
    },
  });
}

function errorCounter(prefix: string, registry: Registerer | null): Counter<'group'> {
  return new Counter({
    name: `${prefix}process_instrumentation_errors_total`,
    help: 'Internal errors while collecting default metrics; they never reach the application.',
    labelNames: ['group'],
    registry,
  });
}

/** Returns the options of one group as a string, to be compared with the options of an earlier call. */
function parametersOf(group: MetricGroup, options: CheckedOptions): string {
  const { procDirectory, cgroupDirectory, eventLoopResolutionMs, eventLoopBuckets, lagWindowMs } = options;
  const relevant: { readonly [G in MetricGroup]?: object } = {
    process: { procDirectory },
    network: { procDirectory },
    cgroup: { procDirectory, cgroupDirectory },
    'event-loop': { eventLoopResolutionMs, eventLoopBuckets, lagWindowMs },
    gc: { gcBuckets: options.gcBuckets },
    'http-pools': { httpPools: Object.keys(options.httpPools) },
    'http-client': { hostLimit: String(options.hostLimit) },
  };
  return JSON.stringify(relevant[group] ?? {});
}
