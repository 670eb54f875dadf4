/**
 * Returns state that exists once per process (per realm), created on the first call with a name. The state is stored on
 * `globalThis`, because a program can load a package twice: as an ES module and as CommonJS, in two versions, or
 * in a bundle.
 *
 * The name ends in the major version of the state's structure, such as `http-early-routes@1`. Two versions of a package
 * with the same name share the state, so both must understand its structure.
 * @param name unique within Promwright
 * @param create called once, for the first caller; an exception is passed on, and the next call tries again
 */
export function processState<T extends object>(name: string, create: () => T): T {
  const key = Symbol.for(`@promwright/${name}`);
  const holder = globalThis as unknown as Record<symbol, T | undefined>;
  let state = holder[key];
  if (state === undefined) {
    state = create();
    // Configurable, so that a test can remove the state; not enumerable, so that listing globals does not show it.
    Object.defineProperty(holder, key, { value: state, configurable: true });
  }
  return state;
}
