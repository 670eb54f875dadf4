import { samples } from '@promwright/model';
import { parse } from '@promwright/parser';

/** Series of requests, with the labels that all instrumentations have in some form. */
export interface Series {
  readonly method: string;
  readonly route: string;
  readonly status: string;
  readonly count: number;
}

/** Records that an application reports. */
export interface Scrape {
  readonly requests: readonly Series[];
  /** Number of requests recorded as aborted. */
  readonly aborts: number;
}

const COUNT = 'http_request_duration_seconds_count';
const ABORTS = 'http_request_aborts_total';

/** Reads `/metrics`. */
export async function scrape(port: number): Promise<Scrape> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  if (!response.ok) throw new Error(`/metrics responded ${response.status}`);
  const families = parse(await response.text(), response.headers.get('content-type') ?? undefined);
  const all = families.flatMap((family) => [...samples(family)]);
  return {
    requests: all
      .filter(({ name }) => name === COUNT)
      .map(({ labels, value }) => {
        const text = (...names: string[]) => labels.find(({ name }) => names.includes(name))?.value ?? '';
        return {
          method: text('method'),
          route: text('route', 'path'),
          status: text('status_code', 'code', 'status'),
          count: value,
        };
      }),
    aborts: all.filter(({ name }) => name === ABORTS).reduce((sum, { value }) => sum + value, 0),
  };
}

/** True for a series of scrapes. Most instrumentations omit scrapes. */
export function isOfScrapes({ route }: Series): boolean {
  return route === '/metrics';
}

/** Returns the series that increased between two scrapes, each with its increase, without the scrapes themselves. */
export function recordedBetween(before: Scrape, after: Scrape): Scrape {
  const known = new Map(before.requests.map((series) => [keyOf(series), series.count]));
  return {
    requests: after.requests
      .filter((series) => !isOfScrapes(series))
      .map((series) => ({ ...series, count: series.count - (known.get(keyOf(series)) ?? 0) }))
      .filter(({ count }) => count > 0),
    aborts: after.aborts - before.aborts,
  };
}

const keyOf = ({ method, route, status }: Series) => JSON.stringify([method, route, status]);

/** Returns the number of recorded requests. */
export function countOf({ requests }: Scrape): number {
  return requests.reduce((sum, { count }) => sum + count, 0);
}
