import type { Series } from './series.ts';

/** Condition of an argument that a method writes; the method reports any other argument, and writes nothing. */
export type Accepts<S> = (this: S, argument: unknown) => boolean;

/**
 * Returns a subclass of a handle class, for tables with expiry: the writing methods first note that the series is in use. The
 * handles of all other tables need no check.
 * @param writers condition of the first argument of each writing method: a refused observation must not bring an expired series
 *   back
 */
export function withExpiry<C extends new (...args: never[]) => Series>(
  HandleClass: C,
  writers: { readonly [M in keyof InstanceType<C> & string]?: Accepts<InstanceType<C>> },
): C {
  const Expiring = class extends (HandleClass as new (...args: never[]) => Series) {};
  for (const [name, accepts] of Object.entries(writers) as [string, Accepts<Series>][]) {
    const write = HandleClass.prototype[name] as (...args: unknown[]) => unknown;
    Object.defineProperty(Expiring.prototype, name, {
      value(this: Series, ...args: unknown[]): unknown {
        if (accepts.call(this, args[0])) this.table.keepAlive(this);
        return write.apply(this, args);
      },
    });
  }
  return Expiring as C;
}
