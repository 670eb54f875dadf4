import { DEFAULT_COLLECTOR_TIMEOUT_MS } from '@promwright/model';

/** Time limits of a scrape, in milliseconds. */
export interface ScrapeDeadline {
  /** Limit for one collector. */
  readonly collectorMs: number;
  /** Limit for the whole scrape; after it the client has given up. */
  readonly totalMs: number;
}

/** Margin for sending the response. */
const RESPONSE_MARGIN_SECONDS = 0.1;
/** Limit of the time that a client can request. */
const MAX_SECONDS = 30;
/** Share of one collector: less than half, so that two rounds leave time for the response. */
const COLLECTOR_SHARE = 0.45;

/**
 * Returns the time limits of a scrape from the option `timeoutMs` and the header `X-Prometheus-Scrape-Timeout-Seconds`.
 *
 * Collectors run in two rounds: first the updates of metrics, then the creation of families. So a collector gets less than half of
 * the time.
 */
export function scrapeDeadline(timeoutMs: number | 'header', header: string | undefined): ScrapeDeadline {
  if (timeoutMs !== 'header') return { collectorMs: timeoutMs, totalMs: Infinity };
  const requested = /^\d{1,6}(?:\.\d{1,9})?$/.test(header ?? '') ? Number(header) : 0;
  if (requested === 0) return { collectorMs: DEFAULT_COLLECTOR_TIMEOUT_MS, totalMs: Infinity };
  const seconds = Math.min(requested, MAX_SECONDS);
  const totalMs = 1000 * Math.max(seconds / 2, seconds - RESPONSE_MARGIN_SECONDS);
  return { collectorMs: Math.max(1, totalMs * COLLECTOR_SHARE), totalMs };
}
