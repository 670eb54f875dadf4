import { shareDefaultRegistry } from '@promwright/model';
import { Registry } from './registry.ts';

/**
 * The registry in which metrics register unless told otherwise. There is one in a program, whatever number of copies of
 * this package it has loaded.
 */
export const defaultRegistry: Registry = /* @__PURE__ */ shareDefaultRegistry(() => new Registry());
