import type { Gatherer, Registerer } from '@promwright/model';

/** Returns the option `registry` as a gatherer, if it is one: a `Registry` is, another `Registerer` may not be. */
export function gathererOf(registry: Registerer | undefined): Gatherer | undefined {
  return typeof (registry as Partial<Gatherer> | undefined)?.gather === 'function'
    ? (registry as Registerer & Gatherer)
    : undefined;
}
