import type { Gatherer, Registerer } from './collector.ts';
import { PromwrightError } from './errors.ts';
import { processState } from './process-state.ts';

const NAME = 'default-registry@1';

type DefaultRegistry = Gatherer & Registerer;

/**
 * Returns the default registry of the program, for exporters without the option `registry`.
 * @throws with code `NO_DEFAULT_REGISTRY` if no package that creates one, such as `@promwright/metrics`, has been
 *   loaded
 */
export function defaultGatherer(): Gatherer {
  return readDefaultRegistry();
}

/**
 * Returns the default registry of the program, for sources of metrics without the option `registry`.
 * @throws with code `NO_DEFAULT_REGISTRY` if no package that creates one, such as `@promwright/metrics`, has been
 *   loaded
 */
export function defaultRegisterer(): Registerer {
  return readDefaultRegistry();
}

/**
 * Returns the default registry, and creates it on first use. All copies of a package in one program share it: ES module
 * and CommonJS, a copy in a bundle, and a hot-reloaded module. Called by the package with the class `Registry`.
 */
export function shareDefaultRegistry<R extends DefaultRegistry>(create: () => R): R {
  return processState(NAME, create);
}

function readDefaultRegistry(): DefaultRegistry {
  return processState<DefaultRegistry>(NAME, () => {
    throw new PromwrightError(
      'NO_DEFAULT_REGISTRY',
      'There is no default registry; import "@promwright/metrics" first or pass the option "registry"',
    );
  });
}
