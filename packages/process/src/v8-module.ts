import { attempt } from './attempt.ts';

/** What is read of `node:v8`. */
export type V8 = Pick<typeof import('node:v8'), 'getHeapStatistics' | 'getHeapSpaceStatistics'>;

/** The module, where there is one: an import would not let the package load where there is none. */
export function v8Module(): V8 | undefined {
  return attempt(() => process.getBuiltinModule('node:v8'));
}
