/**
 * Returns state that exists once per process (per realm), created on the first call with this name. The state hangs on
 * `globalThis`, because a program can load a package twice: as an ES module and as CommonJS, in two versions, or in a bundle.
 *
 * The name carries the major version of the state's shape, such as `http-early-routes@1`. Two versions of a package that
 * agree on the name share the state and must both understand its shape.
 * @param name unique within Promwright
 * @param create called once, by the first copy of the code that asks
 */
export function processState<T extends object>(name: string, create: () => T): T {
  const key = Symbol.for(`@promwright/${name}`);
  const holder = globalThis as unknown as Record<symbol, T | undefined>;
  let state = holder[key];
  if (state === undefined) {
    state = create();
    // Configurable, so that a test can remove the state; not enumerable, so that nobody meets it by chance.
    Object.defineProperty(holder, key, { value: state, configurable: true });
  }
  return state;
}
