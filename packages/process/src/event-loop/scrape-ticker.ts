import { performance } from 'node:perf_hooks';
import { clearTimeout, setTimeout } from 'node:timers';

/** Maximum time between two ticks without scrapes. */
const MAX_INTERVAL_MS = 1250;
/** Maximum time until the end of regular scrapes is noticed. */
const MAX_WAIT_MS = 8 * MAX_INTERVAL_MS;

/**
 * Calls back about once a second: at a scrape, or by a timer while there are no scrapes. While scrapes arrive every
 * second, the timer waits longer and longer, in order not to wake the process. Does not keep the program alive.
 */
export class ScrapeTicker {
  readonly #tick: () => void;
  readonly #minIntervalMs: number;
  #timer: NodeJS.Timeout;
  #waitMs = MAX_INTERVAL_MS;
  #timerStartMs = performance.now();
  #lastTickMs = this.#timerStartMs;
  /** Number of ticks by scrapes since the timer was started. */
  #scrapeTicks = 0;
  /** True if scrapes caused enough ticks in the previous wait of the timer. */
  #wasScraped = false;

  /**
   * Starts the timer.
   * @param minIntervalMs minimum time between two ticks; an earlier scrape does not tick
   */
  constructor(tick: () => void, minIntervalMs: number) {
    this.#tick = tick;
    this.#minIntervalMs = minIntervalMs;
    this.#timer = this.#startTimer();
  }

  /** Handles a scrape. */
  readonly onScrape = (): void => {
    const nowMs = performance.now();
    if (nowMs - this.#lastTickMs < this.#minIntervalMs) return;
    this.#scrapeTicks++;
    this.#lastTickMs = nowMs;
    this.#tick();
  };

  stop(): void {
    clearTimeout(this.#timer);
  }

  #startTimer(): NodeJS.Timeout {
    return setTimeout(() => this.#onTimer(), this.#waitMs).unref();
  }

  #onTimer(): void {
    const nowMs = performance.now();
    // Timers are late by some milliseconds, or by more.
    const isScraped = this.#scrapeTicks * MAX_INTERVAL_MS >= 0.9 * (nowMs - this.#timerStartMs);
    const isLeftToScrapes = isScraped && this.#wasScraped;
    const dueMs = this.#lastTickMs + MAX_INTERVAL_MS - nowMs;
    if (isLeftToScrapes) this.#waitMs = Math.min(2 * Math.max(this.#waitMs, MAX_INTERVAL_MS), MAX_WAIT_MS);
    else this.#waitMs = dueMs > 0 ? Math.ceil(dueMs) : MAX_INTERVAL_MS;
    this.#wasScraped = isScraped;
    this.#timerStartMs = nowMs;
    this.#scrapeTicks = 0;
    this.#timer = this.#startTimer();
    if (isLeftToScrapes || dueMs > 0) return;
    this.#lastTickMs = nowMs;
    this.#tick();
  }
}
