import { describeValue, PromwrightError, type Registerer, typeError } from '@promwright/model';
import { type AdoptingCollector, SHARED_STATE } from './adopting-collector.ts';
import { defaultRegistry } from './default-registry.ts';

/** Type of the option `registry` of a metric. */
export type RegistryOption = Registerer | readonly Registerer[] | null | undefined;

/**
 * Reads the option `registry`: the default registry if omitted, none for `null`.
 * @throws with code `INVALID_OPTION` for an object that cannot register
 */
export function registriesOf(metric: string, registry: RegistryOption): readonly Registerer[] {
  if (registry === undefined) return [defaultRegistry];
  if (registry === null) return [];
  const registries: readonly Registerer[] = Array.isArray(registry) ? registry : [registry];
  for (const each of registries) {
    if (typeof each?.register !== 'function') {
      throw typeError(
        'INVALID_OPTION',
        `Option "registry" of metric "${metric}" must be a registry, an array of registries, or null; got ${describeValue(each)}`,
      );
    }
  }
  return registries;
}

/**
 * Registers a metric in all registries or, if one refuses, in none. If an equal metric is registered already, gives the new
 * metric the state of the registered metric.
 */
export function registerAll<T>(metric: AdoptingCollector<T>, registries: readonly Registerer[]): void {
  const added: Registerer[] = [];
  let adopted: T | undefined;
  try {
    for (const registry of registries) {
      const registered: { [SHARED_STATE]?: T } = registry.register(metric);
      if (registered === metric) {
        added.push(registry);
        continue;
      }
      const state = registered[SHARED_STATE];
      if (state === undefined || (adopted !== undefined && adopted !== state)) {
        throw new PromwrightError(
          'DUPLICATE_DEFINITION',
          `Metric "${metric.name}" is defined already in two of the registries, each with separate series`,
        );
      }
      adopted = state;
    }
  } catch (error) {
    for (const registry of added) registry.unregister(metric);
    throw error;
  }
  if (adopted !== undefined) metric[SHARED_STATE] = adopted;
}
