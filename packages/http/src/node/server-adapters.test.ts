import { createServer } from 'node:http';
import { Registry } from '@promwright/metrics';
import { expect, test } from 'vitest';
import type { HttpMetricsOptions } from './http-metrics-options.ts';
import { instrumentServer } from './instrument-server.ts';
import { placeAdapter } from './server-adapters.ts';

const registry = new Registry();

test.each<[first: HttpMetricsOptions, second: HttpMetricsOptions, isRefused: boolean]>([
  [{}, {}, false],
  [{ path: '/a' }, { path: '/b', scrape: { auth: { bearer: 'b' } } }, false],
  [{ path: false, scrape: { strict: true } }, { path: false, scrape: { strict: false } }, false],
  [{ scrape: { gatherer: registry } }, { registry, path: '/metrics' }, false],
  [{ counter: true }, {}, false],
  [{}, { scrape: { allow: ['127.0.0.1'] } }, true],
  [{}, { registry }, true],
])('two adapters with different requests: %j, then %j', (first, second, isRefused) => {
  const server = createServer();
  placeAdapter(server, first, {});

  const place = () => placeAdapter(server, second, {});

  if (isRefused) expect(place).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  else expect(place).not.toThrow();
});

test('a refused adapter is not placed, and an instrumentation that was stopped refuses none', () => {
  const server = createServer();
  const instrumentation = instrumentServer(server, { registry, counter: true });
  const place = () => placeAdapter(server, {}, server);

  expect(place).toThrow('pass "counter" to the adapter, not to instrumentServer');
  instrumentation.stop();
  expect(place).not.toThrow();
  expect(() => instrumentServer(server, { registry, counter: true })).toThrow('pass "counter" to the adapter');
});
