import { performance } from 'node:perf_hooks';
import { tryCall } from '../platform.ts';

/**
 * Returns the active and idle time of the event loop of this thread; `undefined` before the loop starts, or if the
 * platform does not measure them.
 */
export function eventLoopTimes(): { readonly activeMs: number; readonly idleMs: number } | undefined {
  const times = tryCall(() => performance.eventLoopUtilization());
  if (times === undefined || !(times.active + times.idle > 0)) return undefined;
  return { activeMs: times.active, idleMs: times.idle };
}

/** Measures the utilization of the event loop of this thread. */
export class UtilizationMeter {
  #last = eventLoopTimes() ?? { activeMs: 0, idleMs: 0 };

  /** Returns the share of active time since the last call, from 0 to 1; `undefined` if unknown. */
  next(): number | undefined {
    const now = eventLoopTimes();
    if (now === undefined) return undefined;
    const active = now.activeMs - this.#last.activeMs;
    const total = active + now.idleMs - this.#last.idleMs;
    this.#last = now;
    return total > 0 ? active / total : undefined;
  }
}
