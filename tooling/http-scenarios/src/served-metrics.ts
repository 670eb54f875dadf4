import { gunzipSync } from 'node:zlib';
import { Counter, Registry } from '@promwright/metrics';
import { describe, expect, test } from 'vitest';
import { ask } from './ask.ts';
import { ended } from './counts.ts';
import { eventually } from './eventually.ts';

/**
 * Starts an application on a free port of 127.0.0.1 until the end of the test, and returns the port. An adapter records the
 * requests in the registry, and serves the registry at `/metrics`. The application has one route, `/plain/:id`.
 */
export type StartScraped = (registry: Registry) => Promise<number>;

/** Defines tests of the scrape that every adapter serves. */
export function describeServedMetrics(title: string, start: StartScraped): void {
  async function serve(): Promise<{ readonly registry: Registry; readonly port: number }> {
    const registry = new Registry();
    new Counter({ name: 'jobs_total', help: 'Jobs.', registry }).inc(3);
    return { registry, port: await start(registry) };
  }

  describe(title, () => {
    test('shows the counted requests, without the scrape itself', async () => {
      const { registry, port } = await serve();
      await ask(port, '/plain/1');
      await eventually(() => expect(ended(registry)).toEqual({ 'GET /plain/:id 200': 1 }));

      const scrapes = [await ask(port, '/metrics'), await ask(port, '/metrics?x=1')];

      expect(scrapes.map(({ status }) => status)).toEqual([200, 200]);
      expect(scrapes[0]!.headers).toMatchObject({
        'content-type': 'text/plain; version=0.0.4; charset=utf-8',
        vary: 'Accept, Accept-Encoding',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      const text = scrapes[1]!.body.toString();
      expect(text.match(/^\S+_count\{.*$/gm)).toEqual([
        'http_request_duration_seconds_count{method="GET",route="/plain/:id",status_code="200"} 1',
      ]);
      expect(text).toContain('http_requests_in_flight{method="GET"} 0\n');
      expect(text).toContain('jobs_total 3\n');
    });

    test('serves OpenMetrics, compresses, filters by name, and responds to HEAD', async () => {
      const { port } = await serve();
      await ask(port, '/plain/1');

      const openMetrics = await ask(port, '/metrics', { headers: { Accept: 'application/openmetrics-text' } });
      const compressed = await ask(port, '/metrics', { headers: { 'Accept-Encoding': 'gzip' } });
      const filtered = await ask(port, '/metrics?name[]=jobs_total');
      const head = await ask(port, '/metrics', { method: 'HEAD' });

      expect(openMetrics.headers['content-type']).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
      expect(openMetrics.body.toString()).toMatch(/\n# EOF\n$/);
      expect(compressed.headers['content-encoding']).toBe('gzip');
      expect(gunzipSync(compressed.body).toString()).toContain('jobs_total 3\n');
      expect(filtered.body.toString()).toBe('# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total 3\n');
      expect([head.status, head.body.length]).toEqual([200, 0]);
      expect(head.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    });
  });
}
