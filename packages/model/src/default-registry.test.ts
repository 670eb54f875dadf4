import { afterEach, expect, test } from 'vitest';
import type { Gatherer, Registerer } from './collector.ts';
import { defaultGatherer, defaultRegisterer, shareDefaultRegistry } from './default-registry.ts';

const KEY = Symbol.for('@promwright/default-registry@1');

afterEach(() => {
  delete (globalThis as Record<symbol, unknown>)[KEY];
});

function registry(): Gatherer & Registerer {
  return { gather: async () => [], register: (collector) => collector, unregister: () => false };
}

test('defaultGatherer throws before a package has created the default registry, and the error names the remedy', () => {
  expect(() => defaultGatherer()).toThrow(
    expect.objectContaining({
      code: 'NO_DEFAULT_REGISTRY',
      message: 'There is no default registry; import "@promwright/metrics" first or pass the option "registry"',
    }),
  );
});

test('the first call of shareDefaultRegistry creates the default registry for all callers', () => {
  const first = shareDefaultRegistry(registry);
  const second = shareDefaultRegistry(registry);

  expect(second).toBe(first);
  expect(defaultGatherer()).toBe(first);
  expect(defaultRegisterer()).toBe(first);
});
