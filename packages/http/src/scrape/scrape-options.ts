import { checkGatherers } from '@promwright/exporter';
import type { Format } from '@promwright/exposition';
import {
  checkBoolean,
  checkOptionNames,
  describeValue,
  type Gatherer,
  MAX_TIMER_MS,
  rangeError,
  typeError,
} from '@promwright/model';
import { checkLimit } from '../options/check-limit.ts';
import { checkAuth, type ScrapeAuth } from './scrape-auth.ts';

/** Options of a scrape. */
export interface ScrapeOptions<Req = never> {
  /** Registry to show, or several registries that are merged. Default: the default registry at the time of the scrape. */
  readonly gatherer?: Gatherer | readonly Gatherer[];
  /**
   * Credentials that a client must send, a bearer token or basic credentials, or a function that returns true for an allowed
   * request. Other clients get status 401. Default: no credentials.
   */
  readonly auth?: ScrapeAuth<Req>;
  /**
   * Addresses of clients that may scrape, such as `127.0.0.1`, `10.0.0.0/8` or `fd00::/8`. Other clients get status 403. Compared
   * with the address of the connection, which is the proxy's address behind a proxy. Default: all addresses.
   */
  readonly allow?: readonly string[];
  /**
   * Limit of concurrent scrapes. A scrape counts until its body is sent. Further scrapes get status 503. Default 4; `Infinity`:
   * no limit.
   */
  readonly maxInFlight?: number;
  /**
   * Time limit for one collector, in milliseconds. After the limit the scrape lacks the metrics of this collector. `header`
   * (default): just under half of the time that Prometheus announces to wait, or 5000 if the request has no such header.
   * `Infinity`: no limit.
   */
  readonly timeoutMs?: number | 'header';
  /** Codings for bodies of 1 KiB or more, best first. Default zstd, if Node supports it, and gzip. `false`: no compression. */
  readonly compression?: false | readonly ('zstd' | 'gzip')[];
  /** Formats that clients can choose. Default all. A client that accepts none of them gets the text format. */
  readonly formats?: readonly Format['type'][];
  /** True to respond with status 500 when a collector fails, instead of omitting its metrics. Default false. */
  readonly strict?: boolean;
  /**
   * True to record scrapes too: `promwright_scrape_requests_total{code}`, `promwright_scrapes_in_flight`,
   * `promwright_scrape_duration_seconds` and `promwright_scrape_size_bytes`, in the default registry. A client that left before
   * the response counts under code 499. Default false.
   */
  readonly selfMetrics?: boolean;
}

/** Names of the options of a scrape. */
export const SCRAPE_OPTION_NAMES: readonly string[] = Object.keys({
  gatherer: true,
  auth: true,
  allow: true,
  maxInFlight: true,
  timeoutMs: true,
  compression: true,
  formats: true,
  strict: true,
  selfMetrics: true,
} satisfies Record<keyof ScrapeOptions, true>);

/** Advice for names of other options and libraries. */
const COUNTERPARTS: Readonly<Record<string, string>> = {
  registry: 'use "gatherer"',
  register: 'use "gatherer"',
  registers: 'use "gatherer"',
  bearer: 'use "auth: { bearer }"',
  basic: 'use "auth: { basic: { user, password } }"',
};

/**
 * Checks the options of a scrape.
 * @param owner function or option that takes the options, for the error message
 * @param known names of all options of `owner`
 * @throws TypeError or RangeError with code `INVALID_OPTION`
 */
export function checkScrapeOptions<Req>(
  options: ScrapeOptions<Req>,
  owner = 'Option "scrape"',
  known: readonly string[] = SCRAPE_OPTION_NAMES,
  counterparts: Readonly<Record<string, string>> = {},
): void {
  checkOptionNames(owner, options, known, { ...COUNTERPARTS, ...counterparts });
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
