/** How long a scrape may take. */
export interface ScrapeDeadline {
  /** For one collector. */
  readonly collectorMs: number;
  /** For all of it; then the reader has given up. */
  readonly totalMs: number;
}

/** What the way of the answer is given. */
const RESPONSE_MARGIN_SECONDS = 0.1;
/** Nobody is kept waiting longer, whatever a reader says. */
const MAX_SECONDS = 30;
const DEFAULT_COLLECTOR_MS = 5000;
/** Less than half, so that two rounds leave time to put the answer together. */
const COLLECTOR_SHARE = 0.45;

/**
 * How long a scrape may take, by the option `timeoutMs` and the header `X-Prometheus-Scrape-Timeout-Seconds`. Collectors run
 * in two rounds, those that bring metrics up to date before those that make families, so each gets not quite half of the time.
 */
export function scrapeDeadline(timeoutMs: number | 'header', header: string | undefined): ScrapeDeadline {
  if (timeoutMs !== 'header') return { collectorMs: timeoutMs, totalMs: Infinity };
  const said = /^\d{1,6}(?:\.\d{1,9})?$/.test(header ?? '') ? Number(header) : 0;
  if (said === 0) return { collectorMs: DEFAULT_COLLECTOR_MS, totalMs: Infinity };
  const seconds = Math.min(said, MAX_SECONDS);
  const totalMs = 1000 * Math.max(seconds / 2, seconds - RESPONSE_MARGIN_SECONDS);
  return { collectorMs: Math.max(1, totalMs * COLLECTOR_SHARE), totalMs };
}
