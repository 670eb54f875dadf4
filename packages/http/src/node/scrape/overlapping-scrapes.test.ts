import { get, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { Counter, Registry } from '@promwright/metrics';
import type { Gatherer, MetricFamily } from '@promwright/model';
import { parse } from '@promwright/parser';
import { describe, expect, test } from 'vitest';
import { serve } from '../../../test/scrape-server.ts';

const TEXT = 'text/plain';
const OPENMETRICS = 'application/openmetrics-text';
const PROTOBUF = 'application/vnd.google.protobuf';

/** Metrics whose page is larger than the buffers of a socket, so that a client that does not read stops the writer. */
function largeMetrics() {
  const registry = new Registry();
  const options = { help: 'H.', registry, labelNames: ['a'], labelLimit: Infinity } as const;
  const large = new Counter({ ...options, name: 'large_total' });
  const changing = new Counter({ ...options, name: 'second_total' });
  const small = new Counter({ ...options, name: 'small_total' });
  for (let a = 0; a < 6000; a++) large.inc({ a: longValue(a) });
  for (let a = 0; a < 300; a++) changing.inc({ a });
  small.inc({ a: 0 });
  return { registry, large, changing, small };
}

function longValue(a: number): string {
  return `${a} ${'of a large page '.repeat(90)}`;
}

/** Starts a scrape and resolves as soon as the response has begun; nothing more is read. */
function begun(port: number, accept: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get({ port, agent: false, headers: { accept, 'accept-encoding': 'identity' } }, (response) => {
      response.pause();
      resolve(response);
    }).on('error', reject);
  });
}

async function pageOf(response: IncomingMessage): Promise<Record<string, readonly string[]>> {
  return samplesOf(parse(await buffer(response), response.headers['content-type']));
}

/** Labels and values by family, to compare a page with its snapshot. A page omits families without series. */
function samplesOf(families: readonly MetricFamily[]): Record<string, readonly string[]> {
  const shown = families.filter(({ size }) => size > 0);
  return Object.fromEntries(
    shown.map((family) => [
      family.name,
      Array.from(family.rows(), (row) => `${row.labels.a}=${(row as { value: number }).value}`),
    ]),
  );
}

describe('scrapeHandler', () => {
  test.each([TEXT, OPENMETRICS, PROTOBUF])(
    'gives a slow client of %s the page of its snapshot, while series change and others scrape',
    async (accept) => {
      const { registry, large, changing, small } = largeMetrics();
      const snapshots: (readonly MetricFamily[])[] = [];
      const gatherer: Gatherer = {
        async gather(options) {
          const families = await registry.gather(options);
          snapshots.push(families);
          return families;
        },
      };
      const { port } = await serve({ gatherer, maxInFlight: 10 });
      const scrape = async (format: string) => pageOf(await begun(port, format));

      const pages = [await scrape(accept)];
      const slow = await begun(port, accept);
      for (let a = 300; a < 310; a++) changing.inc({ a });
      for (let a = 0; a < 400; a++) small.inc({ a });
      const fast = [await scrape(accept), await scrape(accept === TEXT ? OPENMETRICS : TEXT)];
      changing.remove({ a: 7 });
      changing.inc({ a: 'instead' }, 5);
      large.remove({ a: longValue(7) });
      const alsoSlow = await begun(port, accept);
      small.clear();
      small.inc({ a: 'again' });
      const leaving = await begun(port, accept);
      leaving.destroy();
      changing.clear();
      fast.push(await scrape(accept));
      pages.push(await pageOf(slow), ...fast.slice(0, 2), await pageOf(alsoSlow), fast[2]!);

      const served = snapshots.filter((_, i) => i !== 5);
      expect(served.map((families) => families[1]!.size)).toEqual([300, 300, 310, 310, 310, 0]);
      // Not toEqual: vitest takes minutes to print a difference of megabytes.
      expect(pages.map((page, i) => JSON.stringify(page) === JSON.stringify(samplesOf(served[i]!)))).toEqual(
        pages.map(() => true),
      );
    },
  );
});
