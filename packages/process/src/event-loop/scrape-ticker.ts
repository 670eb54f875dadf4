import { performance } from 'node:perf_hooks';
import { clearTimeout, setTimeout } from 'node:timers';

/** How long it is at most from one beat to the next where no scrape comes. */
const MAX_INTERVAL_MS = 1250;
/** How long it is at most until it is noticed that no more scrapes come. */
const MAX_WAIT_MS = 8 * MAX_INTERVAL_MS;

/**
 * Calls back about once a second: with a scrape if one comes, and by a timer if none does. As long as scrapes come every
 * second, the timer rests for longer and longer, so that the process is not woken for it. Keeps no program alive.
 */
export class ScrapeTicker {
  readonly #tick: () => void;
  readonly #minIntervalMs: number;
  #timer: NodeJS.Timeout;
  #waitMs = MAX_INTERVAL_MS;
  #timerStartMs = performance.now();
  #lastTickMs = this.#timerStartMs;
  /** How many scrapes have made a beat since the timer was set. */
  #scrapeTicks = 0;
  /** Whether enough of them came before that. */
  #wasScraped = false;

  /** @param minIntervalMs a scrape that comes sooner after the last beat than this makes none */
  constructor(tick: () => void, minIntervalMs: number) {
    this.#tick = tick;
    this.#minIntervalMs = minIntervalMs;
    this.#timer = this.#startTimer();
  }

  /** A scrape has come. */
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
    // Timers come late by some milliseconds, or by more.
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
