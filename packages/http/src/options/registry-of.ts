import { defaultRegisterer, type Registerer } from '@promwright/model';

/** Returns the registry of the metrics. */
export function registryOf({ registry }: { readonly registry?: Registerer }): Registerer {
  return registry ?? defaultRegisterer();
}
