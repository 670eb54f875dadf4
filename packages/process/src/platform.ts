/** What a call gives, or nothing where the platform does not have it: missing altogether, or there only to say so. */
export function tryCall<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch {
    return undefined;
  }
}

/** A program that runs JavaScript and has Node's modules, or some of them. */
export type Runtime = 'node' | 'deno' | 'bun';

/** Which one runs this. The others say that they are Node, and add who they really are. */
export function currentRuntime(): Runtime {
  const versions = tryCall(() => process.versions);
  if (versions?.bun !== undefined) return 'bun';
  return versions?.deno === undefined ? 'node' : 'deno';
}

/** What is read of `node:v8`. */
export type V8 = Pick<typeof import('node:v8'), 'getHeapStatistics' | 'getHeapSpaceStatistics'>;

/** The module, where there is one: an import would not let the package load where there is none. */
export function v8Module(): V8 | undefined {
  return tryCall(() => process.getBuiltinModule('node:v8'));
}
