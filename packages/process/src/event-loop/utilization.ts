import { performance } from 'node:perf_hooks';
import { tryCall } from '../platform.ts';

/** How long the event loop of this thread has run and waited; `undefined` before it began, and where nobody measures it. */
export function eventLoopTimes(): { readonly activeMs: number; readonly idleMs: number } | undefined {
  const times = tryCall(() => performance.eventLoopUtilization());
  if (times === undefined || !(times.active + times.idle > 0)) return undefined;
  return { activeMs: times.active, idleMs: times.idle };
}

/** How busy the event loop of this thread is. */
export class UtilizationMeter {
  #last = eventLoopTimes() ?? { activeMs: 0, idleMs: 0 };

  /** The part of the time in which it ran something since this was last asked for; `undefined` where nobody knows. */
  next(): number | undefined {
    const now = eventLoopTimes();
    if (now === undefined) return undefined;
    const active = now.activeMs - this.#last.activeMs;
    const total = active + now.idleMs - this.#last.idleMs;
    this.#last = now;
    return total > 0 ? active / total : undefined;
  }
}
