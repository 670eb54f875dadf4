import { performance } from 'node:perf_hooks';
import { clearTimeout, setTimeout } from 'node:timers';

/** How long it is at most from one beat to the next where no scrape comes. */
const LONGEST_MS = 1250;
/** How long it is at most until it is noticed that no more scrapes come. */
const LONGEST_REST_MS = 8 * LONGEST_MS;

/**
 * Calls back about once a second: with a scrape if one comes, and by a timer if none does. As long as scrapes come every
 * second, the timer rests for longer and longer, so that the process is not woken for it. Keeps no program alive.
 */
export class Heartbeat {
  readonly #beat: () => void;
  readonly #shortestMs: number;
  #timer: NodeJS.Timeout;
  #restMs = LONGEST_MS;
  #restedMs = performance.now();
  #lastMs = this.#restedMs;
  /** How many scrapes have made a beat since the timer was set. */
  #scrapes = 0;
  /** Whether enough of them came before that. */
  #wasScraped = false;

  /** @param shortestMs a scrape that comes sooner after the last beat than this makes none */
  constructor(beat: () => void, shortestMs: number) {
    this.#beat = beat;
    this.#shortestMs = shortestMs;
    this.#timer = this.#rest();
  }

  /** A scrape has come. */
  readonly scraped = (): void => {
    const nowMs = performance.now();
    if (nowMs - this.#lastMs < this.#shortestMs) return;
    this.#scrapes++;
    this.#lastMs = nowMs;
    this.#beat();
  };

  stop(): void {
    clearTimeout(this.#timer);
  }

  #rest(): NodeJS.Timeout {
    return setTimeout(() => this.#wake(), this.#restMs).unref();
  }

  #wake(): void {
    const nowMs = performance.now();
    // Timers come late by some milliseconds, or by more.
    const isScraped = this.#scrapes * LONGEST_MS >= 0.9 * (nowMs - this.#restedMs);
    const isLeftToScrapes = isScraped && this.#wasScraped;
    const dueMs = this.#lastMs + LONGEST_MS - nowMs;
    if (isLeftToScrapes) this.#restMs = Math.min(2 * Math.max(this.#restMs, LONGEST_MS), LONGEST_REST_MS);
    else this.#restMs = dueMs > 0 ? Math.ceil(dueMs) : LONGEST_MS;
    this.#wasScraped = isScraped;
    this.#restedMs = nowMs;
    this.#scrapes = 0;
    this.#timer = this.#rest();
    if (isLeftToScrapes || dueMs > 0) return;
    this.#lastMs = nowMs;
    this.#beat();
  }
}
