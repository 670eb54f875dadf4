import { defaultRegistry, Gauge, Registry } from '@promwright/metrics';
import { afterEach, expect, test, vi } from 'vitest';
import { eventually } from '../../test/eventually.ts';
import { ask, open, registryOf, serve } from '../../test/scrape-server.ts';

// Each test begins with an empty default registry.
afterEach(() => defaultRegistry.clear());

/** Returns the values of a metric in the default registry by labels. */
async function valuesOf(name: string): Promise<Record<string, unknown>> {
  const [family] = await defaultRegistry.gather({ names: [name] });
  const rows = [...(family?.rows() ?? [])] as unknown as { labels: Record<string, string>; value: number }[];
  return Object.fromEntries(rows.map(({ labels, value }) => [Object.values(labels).join(), value]));
}

async function histogramOf(name: string): Promise<{ count: number; sum: number; buckets: unknown[] }> {
  const [family] = await defaultRegistry.gather({ names: [name] });
  return [...family!.rows()][0] as never;
}

test('option selfMetrics counts scrapes by status, from 0 for 200, 500 and 503', async () => {
  const registry = registryOf(1);
  const failing = { gather: () => Promise.reject(new Error('x')) };
  const hanging = { gather: () => new Promise<never>(() => undefined) };
  const shown = await serve({ gatherer: registry, selfMetrics: true, auth: { bearer: 'abc' } });
  const closed = await serve({ gatherer: registry, selfMetrics: true, allow: [] });
  const broken = await serve({ gatherer: failing, selfMetrics: true });
  const slow = await serve({ gatherer: hanging, selfMetrics: true });
  const before = await valuesOf('promwright_scrape_requests_total');
  const headers = { Authorization: 'Bearer abc' };

  await ask(shown.port, { headers });
  await ask(shown.port, { headers });
  await ask(shown.port, { headers, method: 'HEAD' });
  await ask(shown.port, { headers, method: 'POST' });
  await ask(shown.port, { headers, path: `/?${'&'.repeat(2000)}` });
  await ask(shown.port);
  await ask(closed.port);
  await ask(broken.port);
  await ask(slow.port, { headers: { 'X-Prometheus-Scrape-Timeout-Seconds': '0.01' } });

  expect(before).toEqual({ 200: 0, 500: 0, 503: 0 });
  expect(await valuesOf('promwright_scrape_requests_total')).toEqual({
    200: 3,
    400: 1,
    401: 1,
    403: 1,
    405: 1,
    500: 1,
    503: 1,
  });
});

test('option selfMetrics counts a client that leaves before the response under 499', async () => {
  const gather = vi.fn(() => new Promise<never>(() => undefined));
  const { port } = await serve({ gatherer: { gather }, selfMetrics: true });
  const reader = open(port);
  reader.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await eventually(() => expect(gather).toHaveBeenCalled());

  reader.destroy();

  await eventually(async () =>
    expect(await valuesOf('promwright_scrape_requests_total')).toEqual({ 200: 0, 499: 1, 500: 0, 503: 0 }),
  );
  expect(await valuesOf('promwright_scrapes_in_flight')).toEqual({ '': 0 });
});

test('option selfMetrics observes sizes before compression, only of gathered metrics', async () => {
  const { port } = await serve({ gatherer: registryOf(100), selfMetrics: true });

  const { body } = await ask(port);
  await ask(port, { headers: { 'Accept-Encoding': 'gzip' } });
  await ask(port, { method: 'HEAD' });
  await ask(port, { method: 'POST' });

  const { count, sum, buckets } = await histogramOf('promwright_scrape_size_bytes');
  expect({ count, sum }).toEqual({ count: 2, sum: 2 * body.length });
  expect(buckets.slice(0, 2)).toEqual([
    { le: 1000, count: 0 },
    { le: 10_000, count: 2 },
  ]);
  const duration = await histogramOf('promwright_scrape_duration_seconds');
  expect(duration.count).toBe(2);
  expect(duration.sum).toBeGreaterThan(0);
});

test('option selfMetrics counts a running scrape as in flight, and the scrape shows itself', async () => {
  const registry = defaultRegistry;
  const { port } = await serve({ selfMetrics: true });
  let finish = () => {};
  const collect = () =>
    new Promise<void>((resolve) => {
      finish = resolve;
    });
  const collecting = vi.fn(collect);
  new Gauge({ name: 'slow', help: 'Slow.', registry, collect: collecting });

  const answers = [ask(port), ask(port, { headers: { Accept: 'application/openmetrics-text' } })];
  await eventually(async () => {
    const shared = await defaultRegistry.gather({ names: ['promwright_scrapes_in_flight'] });
    expect([...shared[0]!.rows()][0]).toMatchObject({ value: 2 });
  });
  finish();
  const [{ body }] = (await Promise.all(answers)) as [Awaited<ReturnType<typeof ask>>];

  expect(body.toString()).toMatch(/^promwright_scrapes_in_flight [12]$/m);
  await eventually(async () => expect(await valuesOf('promwright_scrapes_in_flight')).toEqual({ '': 0 }));
});

test('option selfMetrics of two handlers counts in the same metrics', async () => {
  const gatherer = new Registry();
  const servers = [await serve({ gatherer, selfMetrics: true }), await serve({ gatherer, selfMetrics: true })];

  for (const { port } of servers) await ask(port);

  expect(await valuesOf('promwright_scrape_requests_total')).toEqual({ 200: 2, 500: 0, 503: 0 });
});

test('option selfMetrics registers nothing by default', async () => {
  const { port } = await serve({ gatherer: registryOf(1) });

  await ask(port);

  expect(await defaultRegistry.gather()).toEqual([]);
});
