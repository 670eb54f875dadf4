import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** A peer, all of which are CommonJS, with what it exports as default where it does. */
export function peerModule<T>(name: string): T {
  const loaded = require(name) as { readonly default?: T };
  return loaded.default ?? (loaded as T);
}
