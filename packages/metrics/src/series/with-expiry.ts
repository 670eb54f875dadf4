import type { Series } from './series.ts';

/**
 * A class of held series for tables whose series expire: the methods that write first note that the series is in use. A
 * class of its own, so that the writes of all others need not ask.
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
