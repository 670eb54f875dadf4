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
    const isScraped = this.#scrapes * LONGEST_MS >= nowMs - this.#restedMs;
    this.#restMs = isScraped ? Math.min(2 * this.#restMs, LONGEST_REST_MS) : LONGEST_MS;
    this.#restedMs = nowMs;
    this.#scrapes = 0;
    this.#timer = this.#rest();
    if (isScraped) return;
    this.#lastMs = nowMs;
    this.#beat();
  }
}
