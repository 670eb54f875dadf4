import { checkGatherers } from '@promwright/exporter';
import type { Format } from '@promwright/exposition';
import { checkBoolean, describeValue, type Gatherer, MAX_TIMER_MS, rangeError, typeError } from '@promwright/model';
import { checkLimit } from '../options/check-limit.ts';
import { checkAuth, type ScrapeAuth } from './scrape-auth.ts';

/** How a scrape is served. */
export interface ScrapeOptions<Req = never> {
  /** What is shown: a registry, or several as one. Default: the default registry, as it is when the scrape comes. */
  readonly gatherer?: Gatherer | readonly Gatherer[];
  /**
   * Who may scrape: who sends this bearer token or these basic credentials, or whoever a function lets in; others get status
   * 401. Default: everybody.
   */
  readonly auth?: ScrapeAuth<Req>;
  /**
   * Addresses that may scrape, such as `127.0.0.1`, `10.0.0.0/8` or `fd00::/8`; others get status 403. It is the address of
   * the connection that counts, which behind a proxy is the proxy's. Default: all.
   */
  readonly allow?: readonly string[];
  /** How many scrapes may be under way, each until its body is sent; more get status 503. Default 4; `Infinity`: no limit. */
  readonly maxInFlight?: number;
  /**
   * How long one collector may take, in milliseconds; it then loses its own metrics. `header` (default) goes by the
   * time that Prometheus says it waits, of which a collector gets not quite half, and without it by 5000; `Infinity`: no
   * limit.
   */
  readonly timeoutMs?: number | 'header';
  /** Codings that are offered for a body of 1 KiB or more, the best first. Default zstd, where Node has it, and gzip. */
  readonly compression?: false | readonly ('zstd' | 'gzip')[];
  /** Formats that are offered. Default all; the text format is what remains for a reader who takes none of them. */
  readonly formats?: readonly Format['type'][];
  /** Whether to answer 500 when a collector fails, instead of leaving its metrics out. Default false. */
  readonly strict?: boolean;
  /**
   * Whether to count scrapes too: `promwright_scrape_requests_total{code}`, `promwright_scrapes_in_flight`,
   * `promwright_scrape_duration_seconds`, `promwright_scrape_size_bytes`, in the default registry. A reader who left before
   * there was an answer counts under the code 499. Default false.
   */
  readonly selfMetrics?: boolean;
}

/** @throws TypeError or RangeError with code `INVALID_OPTION` */
export function checkScrapeOptions<Req>(options: ScrapeOptions<Req>): void {
  if (typeof options !== 'object' || options === null) {
    throw typeError('INVALID_OPTION', `A scrape takes an object of options; got ${describeValue(options)}`);
  }
  const { gatherer, auth, maxInFlight, timeoutMs, compression, formats } = options;
  if (gatherer !== undefined) checkGatherers('gatherer', gatherer);
  if (auth !== undefined) checkAuth(auth);
  checkLimit('maxInFlight', maxInFlight);
  if (timeoutMs !== undefined && timeoutMs !== 'header' && !(typeof timeoutMs === 'number' && timeoutMs > 0)) {
    const found = describeValue(timeoutMs);
    throw rangeError('INVALID_OPTION', `Option "timeoutMs" must be positive or "header"; got ${found}`);
  }
  if (typeof timeoutMs === 'number' && timeoutMs > MAX_TIMER_MS && timeoutMs !== Infinity) {
    throw rangeError(
      'INVALID_OPTION',
      `Option "timeoutMs" must be at most ${MAX_TIMER_MS}, or Infinity; got ${timeoutMs}`,
    );
  }
  if (compression !== false) checkList('compression', compression, ['zstd', 'gzip'], 'false or ');
  checkList('formats', formats, ['text', 'openmetrics', 'protobuf']);
  for (const option of ['strict', 'selfMetrics'] as const) {
    if (options[option] !== undefined) checkBoolean(option, options[option]);
  }
}

function checkList(option: string, value: unknown, choices: readonly string[], or = ''): void {
  if (value === undefined || (Array.isArray(value) && value.every((entry) => choices.includes(entry)))) return;
  const known = choices.map((choice) => `"${choice}"`).join(', ');
  const found = Array.isArray(value)
    ? describeValue(value.find((entry) => !choices.includes(entry)))
    : describeValue(value);
  throw typeError('INVALID_OPTION', `Option "${option}" must be ${or}an array of ${known}; got ${found}`);
}
