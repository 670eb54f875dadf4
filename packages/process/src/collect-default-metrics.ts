import { Counter, defaultRegistry } from '@promwright/metrics';
import type { Registerer } from '@promwright/model';
import { type CheckedOptions, checkOptions, type DefaultMetricsOptions } from './default-metrics-options.ts';
import { GroupContext } from './group-context.ts';
import { startGroup } from './groups/start-group.ts';
import type { MetricGroup } from './metric-group.ts';
import { acquire, type Lease } from './shared-groups.ts';

/** What `collectDefaultMetrics` started. */
export interface DefaultMetrics {
  /** The groups that are collected. A group of which the platform has nothing is among them, and shows nothing. */
  readonly groups: readonly MetricGroup[];
  /**
   * Ends it: no timer, observer, listener or open file is left, and the metrics are out of the registry. What another call
   * asked for as well goes on until that is stopped too. Stopping twice does nothing.
   */
  stop(): void;
}

/**
 * Collects metrics of the process, its container and the Node.js runtime from now on, into the default registry or another.
 *
 * Numbers are read when a scrape comes, and no scrape changes what another one sees. Between scrapes it wakes an idle
 * process five times a second, and a busy one forty times, to sample the event loop, and keeps it from nothing: not from
 * exiting either. What the platform does not have is left out. Errors inside are counted in `process_instrumentation_errors_total`.
 *
 * Called again for the same registry and prefix, it shares what runs already.
 *
 * @example
 * const collectors = collectDefaultMetrics({ prefix: 'shop_', exclude: ['network'] });
 * collectors.stop();
 * @throws TypeError or RangeError with a `code` for a wrong option; with code `DUPLICATE_DEFINITION` where a group is
 *   collected already with other options, or a name is taken. Nothing is then started
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
      // Equal to the one that is there, and so counting into the same series.
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

/** The options that matter to a group. */
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
