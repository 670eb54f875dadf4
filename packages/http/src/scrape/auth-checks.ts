import { abortable } from '@promwright/exporter';
import { Deadline } from './deadline.ts';
import type { AuthRule } from './scrape-auth.ts';

/** Limit of simultaneous checks, as a multiple of the limit of simultaneous scrapes. */
const CHECKS_PER_SCRAPE = 16;

/** Verdict of a check: `late` if there was none in time. */
export type AuthVerdict = 'allowed' | 'refused' | 'late';

/**
 * Checks of credentials, each within a time limit. Their number is limited apart from the scrapes, so that wrong passwords keep
 * no scrape out. Above the limit the oldest check gives way: a check that never ends keeps out nobody whose check ends.
 */
export class AuthChecks {
  readonly #rule: AuthRule;
  readonly #limit: number;
  /** Functions that end a running check, the oldest first. */
  readonly #running = new Set<() => void>();

  constructor(rule: AuthRule, maxInFlight: number) {
    this.#rule = rule;
    this.#limit = CHECKS_PER_SCRAPE * maxInFlight;
  }

  /** Checks a request. A check that fails allows nothing. */
  async check(
    authorization: string | undefined,
    req: unknown,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<AuthVerdict> {
    const [oldest] = this.#running;
    if (this.#running.size >= this.#limit) oldest?.();
    const deadline = new Deadline(signal, timeoutMs);
    const late = new AbortController();
    const end = () => {
      this.#running.delete(end);
      late.abort();
    };
    this.#running.add(end);
    deadline.signal.addEventListener('abort', end, { once: true });
    try {
      if (deadline.signal.aborted) return 'late';
      return (await abortable(this.#rule.isAllowed(authorization, req), late.signal)) ? 'allowed' : 'refused';
    } catch {
      return late.signal.aborted ? 'late' : 'refused';
    } finally {
      this.#running.delete(end);
      deadline.signal.removeEventListener('abort', end);
      deadline.stop();
    }
  }
}
