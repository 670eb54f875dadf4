/** Time without progress after which a client gives way to a single waiting scrape, in milliseconds. */
const STALL_MS = 2000;
/** The same limit however many scrapes wait. Any client that reads is faster than that, unless the network stands still. */
const MIN_STALL_MS = 50;
/** Time for sending a body after which even a client that reads gives way: the longest time that a scrape can request. */
const MAX_TURN_MS = 30_000;
/** Limit of the time that a scrape waits for a place, in milliseconds. */
const MAX_WAIT_MS = 10_000;
/** Limit of the wait while all places belong to scrapes that are still being gathered, in milliseconds. */
const MAX_GATHER_WAIT_MS = 1000;
/** Limit of waiting scrapes. */
const MAX_WAITING = 100;

/** Place of one scrape among the scrapes that are served at once. */
export class ScrapePlace {
  /** Called when the place is given to another scrape: the response must end at once. */
  onRevoked: (() => void) | undefined;
  /** Time at which sending began, on the clock of `performance.now()`; undefined while the metrics are gathered. */
  sendingSinceMs: number | undefined;
  progressMs = 0;
  readonly #owner: ScrapePlaces;

  /** Called by {@link ScrapePlaces}. */
  constructor(owner: ScrapePlaces) {
    this.#owner = owner;
  }

  /** Notes that the body is being sent from now on: the place can be revoked. */
  beginSending(): void {
    this.sendingSinceMs = performance.now();
    this.progressMs = this.sendingSinceMs;
    this.#owner.reclaim();
  }

  /** Notes that the client has read a part of the body. */
  progressed(): void {
    this.progressMs = performance.now();
  }

  /** Gives the place back. Does nothing if it was revoked. */
  release(): void {
    this.#owner.release(this);
  }
}

/**
 * Places of the scrapes that are served at once. When all are taken, a scrape waits, and clients that read nothing give way to
 * it: the longest idle first, after two seconds, or sooner the more scrapes wait. So a client that reads nothing keeps nobody
 * out, even if it connects again and again; and a slow client keeps its place while it reads a chunk of the body in this time.
 */
export class ScrapePlaces {
  readonly #limit: number;
  readonly #taken = new Set<ScrapePlace>();
  /** Waiting scrapes, the oldest first. */
  readonly #waiting = new Set<(place: ScrapePlace | undefined) => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes a free place. Returns undefined if all places are taken. */
  take(): ScrapePlace | undefined {
    if (this.#taken.size >= this.#limit) return undefined;
    const place = new ScrapePlace(this);
    this.#taken.add(place);
    return place;
  }

  /**
   * Waits for a place. Resolves with undefined if no place becomes free within a few seconds or until the signal aborts; at once
   * if too many scrapes wait; after a second if all places still belong to scrapes that are being gathered.
   */
  wait(signal: AbortSignal): Promise<ScrapePlace | undefined> {
    if (signal.aborted || this.#waiting.size >= MAX_WAITING) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const giveUp = () => settle(undefined);
      const giveUpUnlessSending = () => {
        if (this.#stalest() === undefined) giveUp();
        else timer = unref(setTimeout(giveUp, MAX_WAIT_MS - MAX_GATHER_WAIT_MS));
      };
      const settle = (place: ScrapePlace | undefined) => {
        this.#waiting.delete(settle);
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        resolve(place);
      };
      let timer = unref(setTimeout(giveUpUnlessSending, MAX_GATHER_WAIT_MS));
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.add(settle);
      this.reclaim();
    });
  }

  /** Gives a place back, and passes it to the scrape that has waited longest. */
  release(place: ScrapePlace): void {
    if (!this.#taken.delete(place)) return;
    const [next] = this.#waiting;
    next?.(this.take());
  }

  /** Revokes places of idle clients for the scrapes that wait; comes back later if a client may become idle until then. */
  reclaim(): void {
    clearTimeout(this.#timer);
    for (let place = this.#stalest(); place !== undefined && this.#waiting.size > 0; place = this.#stalest()) {
      const waitMs = this.#dueMs(place) - performance.now();
      if (waitMs > 0) {
        this.#timer = unref(setTimeout(() => this.reclaim(), waitMs));
        return;
      }
      place.onRevoked?.();
      this.release(place);
    }
  }

  /** Returns the place that has to give way first. */
  #stalest(): ScrapePlace | undefined {
    let stalest: ScrapePlace | undefined;
    for (const place of this.#taken) {
      if (place.sendingSinceMs === undefined) continue;
      if (stalest === undefined || this.#dueMs(place) < this.#dueMs(stalest)) stalest = place;
    }
    return stalest;
  }

  /** Returns the time from which a place may be revoked. */
  #dueMs({ progressMs, sendingSinceMs = 0 }: ScrapePlace): number {
    const stallMs = Math.max(MIN_STALL_MS, STALL_MS / Math.max(1, this.#waiting.size));
    return Math.min(progressMs + stallMs, sendingSinceMs + MAX_TURN_MS);
  }
}

/** Lets the process end in spite of a timer. Only timers of Node have `unref`. */
function unref<T>(timer: T): T {
  (timer as { unref?(): void }).unref?.();
  return timer;
}
