import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Loads a peer library. All peers are CommonJS; returns the default export if there is one, else the exports. */
export function peerModule<T>(name: string): T {
  const loaded = require(name) as { readonly default?: T };
  return loaded.default ?? (loaded as T);
}
