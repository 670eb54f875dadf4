import { performance } from 'node:perf_hooks';
import { clearTimeout, setTimeout } from 'node:timers';

/** How long it is at most from one beat to the next. */
const LONGEST_MS = 1250;
/**
 * Calls back about once a second: with a scrape if one comes, so that a process which is scraped every second is woken no
 * more often for it, and by a timer if none does. Keeps no program alive.
 */
export class Heartbeat {
  readonly #beat: () => void;
  readonly #shortestMs: number;
  readonly #timer: NodeJS.Timeout;
  #lastMs = performance.now();

  /** @param shortestMs a scrape that comes sooner after the last beat than this makes none */
  constructor(beat: () => void, shortestMs: number) {
    this.#beat = beat;
    this.#shortestMs = shortestMs;
    this.#timer = setTimeout(() => this.#now(), LONGEST_MS).unref();
  }

  /** A scrape has come. */
  readonly scraped = (): void => {
    if (performance.now() - this.#lastMs >= this.#shortestMs) this.#now();
  };

  stop(): void {
    clearTimeout(this.#timer);
  }

  #now(): void {
    this.#lastMs = performance.now();
    this.#timer.refresh();
    this.#beat();
  }
}
