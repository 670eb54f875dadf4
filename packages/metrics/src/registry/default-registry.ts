import { PromwrightError, processState, shareDefaultRegistry } from '@promwright/model';
import { Registry, type RegistryOptions } from './registry.ts';

/**
 * Registry of all metrics without the option `registry`. A program has one default registry, even if it loads several copies
 * of this package.
 */
export const defaultRegistry: Registry = /* @__PURE__ */ shareDefaultRegistry(() => new Registry());

/**
 * Sets the options of the default registry, once for a program, before or after metrics exist: existing metrics follow the
 * new options too, except that label values which are stored already stay as they are. A second call with equal options does
 * nothing.
 *
 * @example
 * configureDefaultRegistry({ labels: { service: 'shop' }, onInvalid: (error) => log.warn(error) });
 * @throws with code `INVALID_OPTION` for a wrong option, or if the registry is configured already with other options
 */
export function configureDefaultRegistry(options: RegistryOptions): void {
  const state = configuration();
  if (state.options !== undefined) {
    if (areEqual(state.options, options)) return;
    throw new PromwrightError(
      'INVALID_OPTION',
      'The default registry must be configured once; it is configured already with other options',
    );
  }
  defaultRegistry.configure(options);
  // A copy, because the caller may change its object later.
  state.options = { ...options, ...(options.labels && { labels: { ...options.labels } }) };
}

/** Resets the options of the default registry to their defaults, so that a test can configure it again. Metrics stay. */
export function resetDefaultRegistry(): void {
  configuration().options = undefined;
  defaultRegistry.configure({});
}

function configuration(): { options: RegistryOptions | undefined } {
  return processState('default-registry-options@1', () => ({ options: undefined }));
}

function areEqual(a: RegistryOptions, b: RegistryOptions): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof RegistryOptions>;
  return [...keys].every((key) =>
    key === 'labels' ? JSON.stringify(a.labels) === JSON.stringify(b.labels) : a[key] === b[key],
  );
}
