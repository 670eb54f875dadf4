import { type Collector, PromwrightError, type Registerer } from '@promwright/model';
import { tryCall } from './platform.ts';

// The number is the major version of what is stored here: two copies of this package that agree on it share what runs.
const KEY: unique symbol = Symbol.for('@promwright/process@1') as never;

/** Something that runs for a registry, once however many asked for it. */
interface SharedGroup {
  /** What it was asked for with, as text. */
  readonly parameters: string;
  readonly collectors: readonly Collector[];
  leases: number;
  /** Ends it, whoever still holds it. */
  end(): void;
}

/** A share in something that runs. */
export interface Lease {
  /** Gives the share back; what nobody has a share in any more is ended. A second time does nothing. */
  release(): void;
}

/** What is started: its collectors are registered, and `stop` takes back the rest. */
export interface Startable {
  readonly collectors: readonly Collector[];
  stop?(): void;
}

/** What is to run. */
export interface GroupRequest {
  /** Tells it apart from all else that runs for the registry. */
  readonly key: string;
  /** What else must be equal for two to share it. */
  readonly parameters: string;
  /** Starts it. `end` is for itself, when it finds that it is of no use any more. */
  start(end: () => void): Startable;
}

/**
 * Takes a share in something that runs for a registry, and starts it where it does not run yet.
 * @throws with code `DUPLICATE_DEFINITION` if it runs with other parameters, and what starting it throws
 */
export function acquire(registry: Registerer, { key, parameters, start }: GroupRequest): Lease {
  const all = groupsOf(registry);
  const there = all.get(key);
  if (there !== undefined && there.parameters !== parameters) {
    throw new PromwrightError(
      'DUPLICATE_DEFINITION',
      `Group "${key}" is collected already, with other options: ${there.parameters} there, ${parameters} here`,
    );
  }
  const running = there ?? begin(all, registry, key, parameters, start);
  // They may have been taken out since, as by registry.clear().
  for (const collector of running.collectors) registerExactly(registry, collector);
  running.leases++;
  let released = false;
  return {
    release() {
      if (released) return;
      released = true;
      if (--running.leases === 0) running.end();
    },
  };
}

function begin(
  all: Map<string, SharedGroup>,
  registry: Registerer,
  key: string,
  parameters: string,
  start: GroupRequest['start'],
): SharedGroup {
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    all.delete(key);
    // One that cannot be stopped must not keep the others going.
    tryCall(() => started.stop?.());
    for (const collector of started.collectors) registry.unregister(collector);
  };
  const started = start(end);
  const running: SharedGroup = { parameters, collectors: started.collectors, leases: 0, end };
  all.set(key, running);
  try {
    for (const collector of started.collectors) registerExactly(registry, collector);
  } catch (error) {
    end();
    throw error;
  }
  return running;
}

/** A metric that joins an equal one would count where nobody looks, because it has been given to those that count. */
function registerExactly(registry: Registerer, collector: Collector): void {
  if (registry.register(collector) === collector) return;
  const [family] = collector.families ?? [];
  throw new PromwrightError('DUPLICATE_DEFINITION', `Metric "${family?.name}" is defined already by somebody else`);
}

function groupsOf(registry: Registerer): Map<string, SharedGroup> {
  const holder = registry as { [KEY]?: Map<string, SharedGroup> };
  if (holder[KEY] === undefined) Object.defineProperty(holder, KEY, { value: new Map(), configurable: true });
  return holder[KEY]!;
}
