import { shareDefaultRegistry } from '@promwright/model';
import { Registry } from './registry.ts';

/**
 * Registry of all metrics without the option `registry`. A program has one default registry, even if it loads several copies
 * of this package.
 */
export const defaultRegistry: Registry = /* @__PURE__ */ shareDefaultRegistry(() => new Registry());
