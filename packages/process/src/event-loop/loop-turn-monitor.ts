import { clearImmediate, setImmediate } from 'node:timers';
import type { OnDelay } from './delay-monitor.ts';
import { eventLoopTimes } from './utilization.ts';

/**
 * Computes the delay of a periodic timer in the event loop without running one, from the length of each turn of the
 * loop. The process is not woken, and a stall appears shorter by at most the interval. The time taken by the system to
 * wake the process is not visible. Each turn costs a microsecond: suited to loops with few turns.
 */
export class LoopTurnMonitor {
  readonly #intervalMs: number;
  readonly #onDelay: OnDelay;
  /** Active time of the loop at the end of its last turn. */
  #activeMs: number;
  /** Due time of the imaginary timer, in active plus idle time of the loop. */
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

  /** Starts monitoring; returns `undefined` if the idle time of the loop is unknown. */
  static start(intervalMs: number, onDelay: OnDelay): LoopTurnMonitor | undefined {
    const times = eventLoopTimes();
    return times && new LoopTurnMonitor(intervalMs, onDelay, times);
  }

  /** Reports the delays until the start of the current turn. */
  drain(): void {
    this.#account(false);
  }

  /** Stops monitoring and reports the delays until now. */
  stop(): void {
    clearImmediate(this.#immediate);
    this.#account(true);
  }

  /**
   * Schedules an immediate, which runs after all other work of the turn. Without a reference, the immediate neither
   * keeps the loop alive nor keeps it from waiting.
   */
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
    // Treats the active time as one uninterrupted period ending now.
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
