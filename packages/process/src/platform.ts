/** Returns the result of a call, or `undefined` if it throws, as when the platform lacks the API. */
export function tryCall<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch {
    return undefined;
  }
}

/** Runtimes with all or some of Node's modules. */
export type Runtime = 'node' | 'deno' | 'bun';

/** Returns the current runtime. Bun and Deno report a Node version too, and add their own. */
export function currentRuntime(): Runtime {
  const versions = tryCall(() => process.versions);
  if (versions?.bun !== undefined) return 'bun';
  return versions?.deno === undefined ? 'node' : 'deno';
}

/** Used functions of `node:v8`. */
export type V8 = Pick<typeof import('node:v8'), 'getHeapStatistics' | 'getHeapSpaceStatistics'>;

/** Returns the module `node:v8` if it exists. A static import would prevent the package from loading without it. */
export function v8Module(): V8 | undefined {
  return tryCall(() => process.getBuiltinModule('node:v8'));
}
