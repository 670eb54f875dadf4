import type { PrometheusApi } from '@tooling/servers';

/** Returns the results of a query by the sorted label values, such as `{ '/products/:id 200': 50 }`; now, or at a time in seconds. */
export async function numbersOf(
  server: PrometheusApi,
  query: string,
  options: { readonly time?: number } = {},
): Promise<Record<string, number | undefined>> {
  const samples = await server.query(query, options);
  return Object.fromEntries(samples.map(({ labels, value }) => [Object.values(labels).sort().join(' '), value]));
}
