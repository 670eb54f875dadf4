import type { Label, MetricFamily } from '@promwright/model';
import type { RequestLoad } from './request-load.ts';
import type { RequestKind } from './traffic.ts';

/** Number that must be exact at the end, in the page and in every Prometheus. */
export interface ExactCount {
  /** Query of the number. */
  readonly query: string;
  readonly expected: number;
  /** Reads the number from the families of a page. */
  readonly read: (families: readonly MetricFamily[]) => number | undefined;
}

/** Returns the numbers that the load must have left. */
export function exactCounts({ answered }: RequestLoad): readonly ExactCount[] {
  return [...answered].flatMap(([kind, expected]) => [
    ofRequests(kind, expected),
    ...(kind.route === '/orders' ? [ofOrders(expected)] : []),
  ]);
}

function ofRequests({ method, route, status }: RequestKind, expected: number): ExactCount {
  const labels = [
    { name: 'method', value: method },
    { name: 'route', value: route },
    { name: 'status_code', value: String(status) },
  ];
  return {
    query: `http_request_duration_seconds_count{${labels.map(({ name, value }) => `${name}="${value}"`)}}`,
    expected,
    read: (families) => numberOf(families, 'http_request_duration_seconds', labels),
  };
}

function ofOrders(expected: number): ExactCount {
  return { query: 'load_orders_total', expected, read: (families) => numberOf(families, 'load_orders_total', []) };
}

/** Returns the value, or the count, of the series with exactly these labels. */
function numberOf(families: readonly MetricFamily[], name: string, labels: readonly Label[]): number | undefined {
  for (const row of families.find((family) => family.name === name)?.rows() ?? []) {
    if (Object.keys(row.labels).length !== labels.length) continue;
    if (labels.every((label) => row.labels[label.name] === label.value))
      return 'count' in row ? row.count : 'value' in row ? row.value : undefined;
  }
  return undefined;
}
