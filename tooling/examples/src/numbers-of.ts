import type { PrometheusApi } from '@tooling/servers';

/** Runs a query, now or at a time in seconds. Returns numbers by the sorted label values: `{ '/products/:id 200': 50 }`. */
export async function numbersOf(
  server: PrometheusApi,
  query: string,
  options: { readonly time?: number } = {},
): Promise<Record<string, number | undefined>> {
  const samples = await server.query(query, options);
  return Object.fromEntries(samples.map(({ labels, value }) => [Object.values(labels).sort().join(' '), value]));
}
