import type { Series } from './series.ts';

/**
 * Returns a subclass of a handle class, for tables with expiry: the writing methods first note that the series is in use. The
 * handles of all other tables need no check.
 */
export function withExpiry<C extends new (...args: never[]) => Series>(
  HandleClass: C,
  ...writers: readonly (keyof InstanceType<C> & string)[]
): C {
  const Expiring = class extends (HandleClass as new (...args: never[]) => Series) {};
  for (const name of writers) {
    const write = HandleClass.prototype[name] as (...args: unknown[]) => unknown;
    Object.defineProperty(Expiring.prototype, name, {
      value(this: Series, ...args: unknown[]): unknown {
        this.table.keepAlive(this);
        return write.apply(this, args);
      },
    });
  }
  return Expiring as C;
}
