import type { HeldSeries } from './series.ts';

/**
 * A class of held series for tables whose series expire: the methods that write first note that the series is in use. A
 * class of its own, so that the writes of all others need not ask.
 */
export function expiring<C extends new (...args: never[]) => HeldSeries>(
  Series: C,
  ...writers: readonly (keyof InstanceType<C> & string)[]
): C {
  const Expiring = class extends (Series as new (...args: never[]) => HeldSeries) {};
  for (const name of writers) {
    const write = Series.prototype[name] as (...args: unknown[]) => unknown;
    Object.defineProperty(Expiring.prototype, name, {
      value(this: HeldSeries, ...args: unknown[]): unknown {
        this.table.keepAlive(this);
        return write.apply(this, args);
      },
    });
  }
  return Expiring as C;
}
