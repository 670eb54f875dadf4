import type { Gatherer, Registerer } from './collector.ts';
import { PromwrightError } from './errors.ts';

// The number is the major version of what is stored here: two copies of a package that agree on it share one registry.
const KEY: unique symbol = Symbol.for('@promwright/default-registry@1') as never;
type Shared = Gatherer & Registerer;

/** Where exporters read when they were given no registry: the default registry of this program. */
export function defaultGatherer(): Gatherer {
  return shared();
}

/** Where sources register when they were given no registry: the default registry of this program. */
export function defaultRegisterer(): Registerer {
  return shared();
}

/**
 * The default registry, made on first use. It hangs on `globalThis`, so that every copy of a package in one program, a
 * bundler's second copy and a hot-reloaded module share it. Called by the package that has the `Registry` class.
 */
export function shareDefaultRegistry<R extends Shared>(create: () => R): R {
  const holder = globalThis as { [KEY]?: Shared };
  if (holder[KEY] === undefined) {
    Object.defineProperty(holder, KEY, { value: create(), configurable: true });
  }
  return holder[KEY] as R;
}

function shared(): Shared {
  const registry = (globalThis as { [KEY]?: Shared })[KEY];
  if (registry === undefined) {
    throw new PromwrightError(
      'NO_DEFAULT_REGISTRY',
      'There is no default registry; import "@promwright/metrics" first or pass the option "registry"',
    );
  }
  return registry;
}
