import { describeValue, type MetricSettings, PromwrightError, type Registerer, typeError } from '@promwright/model';
import { type AdoptingCollector, SHARED_STATE } from './adopting-collector.ts';
import { defaultRegistry } from './default-registry.ts';
import { RegistrySettings } from './registry-settings.ts';

/** Type of the option `registry` of a metric. */
export type RegistryOption = Registerer | readonly Registerer[] | null | undefined;

/**
 * Reads the option `registry`: the default registry if omitted, none for `null`.
 * @throws with code `INVALID_OPTION` for an object that cannot register
 */
export function registriesOf(metric: unknown, registry: RegistryOption): readonly Registerer[] {
  if (registry === undefined) return [defaultRegistry];
  if (registry === null) return [];
  const registries: readonly Registerer[] = Array.isArray(registry) ? registry : [registry];
  for (const each of registries) {
    if (typeof each?.register !== 'function') {
      throw typeError(
        'INVALID_OPTION',
        `Option "registry" of metric "${String(metric)}" must be a registry, an array of registries, or null; got ${describeValue(each)}`,
      );
    }
  }
  return registries;
}

/** Returns the settings of a metric: the settings of its first registry, or the defaults. */
export function settingsOf(registries: readonly Registerer[]): MetricSettings {
  const [first] = registries;
  return first?.settings ?? new RegistrySettings();
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
