import { performance } from 'node:perf_hooks';
import { attempt } from './attempt.ts';

/** How long the event loop of this thread has run and waited; `undefined` before it began, and where nobody measures it. */
export function eventLoopTimes(): { readonly activeMs: number; readonly idleMs: number } | undefined {
  const times = attempt(() => performance.eventLoopUtilization());
  if (times === undefined || !(times.active + times.idle > 0)) return undefined;
  return { activeMs: times.active, idleMs: times.idle };
}
