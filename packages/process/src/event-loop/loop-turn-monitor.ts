import { clearImmediate, setImmediate } from 'node:timers';
import type { OnDelay } from './delay-monitor.ts';
import { eventLoopTimes } from './utilization.ts';

/**
 * Tells how late the event loop would come to a timer that is due every so often, without such a timer: by how long each turn
 * of the loop has held it. The process is not woken for that, and no stall looks shorter than it is by more than the interval.
 * What the system takes to wake the process does not show. Each turn costs a microsecond, so it is for loops that have few.
 */
export class LoopTurnMonitor {
  readonly #intervalMs: number;
  readonly #onDelay: OnDelay;
  /** How long the loop had run something when its last turn was over. */
  #activeMs: number;
  /** When the timer would be due, by the time for which the loop has run and waited. */
  #dueMs: number;
  #immediate: NodeJS.Immediate;

  private constructor(
    intervalMs: number,
    onDelay: OnDelay,
    { activeMs, idleMs }: { activeMs: number; idleMs: number },
  ) {
    this.#intervalMs = intervalMs;
    this.#onDelay = onDelay;
    this.#activeMs = activeMs;
    this.#dueMs = activeMs + idleMs + intervalMs;
    this.#immediate = this.#scheduleTurnEnd();
  }

  /** Starts to watch; `undefined` where nobody knows how long the loop waits. */
  static start(intervalMs: number, onDelay: OnDelay): LoopTurnMonitor | undefined {
    const times = eventLoopTimes();
    return times && new LoopTurnMonitor(intervalMs, onDelay, times);
  }

  /** Hands on what there was until the present turn began. */
  drain(): void {
    this.#account(false);
  }

  /** Hands on all there was until now. */
  stop(): void {
    clearImmediate(this.#immediate);
    this.#account(true);
  }

  /** Immediates come behind what the loop had to do; one without a reference neither keeps it alive nor from waiting. */
  #scheduleTurnEnd(): NodeJS.Immediate {
    return setImmediate(() => {
      this.#immediate = this.#scheduleTurnEnd();
      this.#account(true);
    }).unref();
  }

  #account(isTurnOver: boolean): void {
    const times = eventLoopTimes();
    if (times === undefined) return;
    const nowMs = times.activeMs + times.idleMs;
    // As if all of it had been in one piece and just now.
    const heldFromMs = nowMs - (times.activeMs - this.#activeMs);
    const onTime = Math.floor((heldFromMs - this.#dueMs) / this.#intervalMs) + 1;
    if (onTime > 0) {
      this.#dueMs += onTime * this.#intervalMs;
      this.#onDelay(0, onTime);
    }
    if (!isTurnOver) return;
    this.#activeMs = times.activeMs;
    if (this.#dueMs > nowMs) return;
    const delayMs = nowMs - this.#dueMs;
    this.#dueMs = nowMs + this.#intervalMs;
    this.#onDelay(delayMs / 1000, 1);
  }
}
