import type { Gatherer, Registerer } from '@promwright/model';

/** What the option `registry` shows in a scrape: a registry of ours gives what it takes; another `Registerer` may not. */
export function gathererOf(registry: Registerer | undefined): Gatherer | undefined {
  return typeof (registry as Partial<Gatherer> | undefined)?.gather === 'function'
    ? (registry as Registerer & Gatherer)
    : undefined;
}
