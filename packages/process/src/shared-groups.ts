import { type Collector, PromwrightError, type Registerer } from '@promwright/model';
import type { StartedGroup } from './group-context.ts';
import { tryCall } from './platform.ts';

// The key is the same in every copy of this package in a program, so that two copies share the running groups of a registry
// instead of counting twice. The number is the major version of the stored shape.
const KEY: unique symbol = Symbol.for('@promwright/process@1') as never;

/** Running group of a registry, started once and shared by all callers that acquired it. */
interface SharedGroup {
  /** Options that the group was started with, as a string. */
  readonly parameters: string;
  readonly collectors: readonly Collector[];
  /** Number of leases that are not released yet. */
  leases: number;
  /** Ends the group, regardless of the leases. */
  end(): void;
}

/** Share of a caller in a running group. */
export interface Lease {
  /** Returns the share. The last release ends the group. A second call does nothing. */
  release(): void;
}

/** Group to acquire. */
export interface GroupRequest {
  /** Identifies the group within its registry. */
  readonly key: string;
  /** Options of the group as a string. Callers share a group only if these are equal. */
  readonly parameters: string;
  /** Starts the group. The group itself may call `end` once it is no longer needed. */
  start(end: () => void): StartedGroup;
}

/**
 * Acquires a group of a registry, and starts the group if it is not running yet.
 * @throws with code `DUPLICATE_DEFINITION` if the group runs with other parameters, and any error of `start`
 */
export function acquire(registry: Registerer, { key, parameters, start }: GroupRequest): Lease {
  const groups = groupsOf(registry);
  const running = groups.get(key);
  if (running !== undefined && running.parameters !== parameters) {
    throw new PromwrightError(
      'DUPLICATE_DEFINITION',
      `Group "${key}" is already collected with other options: ${running.parameters}; got ${parameters}`,
    );
  }
  const group = running ?? startShared(groups, registry, key, parameters, start);
  // registry.clear() may have removed the collectors since.
  for (const collector of group.collectors) registerExactly(registry, collector);
  group.leases++;
  let released = false;
  return {
    release() {
      if (released) return;
      released = true;
      if (--group.leases === 0) group.end();
    },
  };
}

function startShared(
  groups: Map<string, SharedGroup>,
  registry: Registerer,
  key: string,
  parameters: string,
  start: GroupRequest['start'],
): SharedGroup {
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    groups.delete(key);
    // A group that fails to stop must not keep its metrics in the registry.
    tryCall(() => started.stop?.());
    for (const collector of started.collectors) registry.unregister(collector);
  };
  const started = start(end);
  const group: SharedGroup = { parameters, collectors: started.collectors, leases: 0, end };
  groups.set(key, group);
  try {
    for (const collector of started.collectors) registerExactly(registry, collector);
  } catch (error) {
    end();
    throw error;
  }
  return group;
}

/** Registers the collector, and refuses if the registry returns an equal metric instead: ours would never be scraped. */
function registerExactly(registry: Registerer, collector: Collector): void {
  if (registry.register(collector) === collector) return;
  const [family] = collector.families ?? [];
  throw new PromwrightError('DUPLICATE_DEFINITION', `Metric "${family?.name}" is already defined by other code`);
}

function groupsOf(registry: Registerer): Map<string, SharedGroup> {
  const holder = registry as { [KEY]?: Map<string, SharedGroup> };
  if (holder[KEY] === undefined) Object.defineProperty(holder, KEY, { value: new Map(), configurable: true });
  return holder[KEY]!;
}
