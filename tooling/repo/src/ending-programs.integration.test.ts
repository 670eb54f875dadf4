import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type FullListener, freePort, runToEnd, startFullListener } from '@tooling/servers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from './workspace.ts';

/** Limit of the time from the last statement of a program to its end: less than every time limit of the packages. */
const LIMIT_MS = 4000;

/**
 * Servers for the programs: `full` leaves a connection pending, `refused` has no listener, `unread` accepts and reads nothing,
 * `mute` reads and never responds, `busy` asks by HTTP to come back in 50 s.
 */
type Site = 'full' | 'refused' | 'unread' | 'mute' | 'busy';
const ports = {} as Record<Site, number>;
const servers: Server[] = [];
const sockets = new Set<Socket>();
let full: FullListener;

async function listen(server: Server): Promise<number> {
  server.on('connection', (socket) => {
    sockets.add(socket.on('error', () => undefined));
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

beforeAll(async () => {
  full = await startFullListener();
  ports.full = full.port;
  ports.refused = await freePort();
  ports.unread = await listen(createServer({ pauseOnConnect: true }));
  ports.mute = await listen(createServer((socket) => void socket.resume()));
  ports.busy = await listen(createHttpServer((_, res) => void res.writeHead(503, { 'Retry-After': '50' }).end()));
});
afterAll(async () => {
  for (const server of servers) server.close();
  for (const socket of sockets) socket.destroy();
  await full.stop();
});

/** Functions for all programs. `large()` has more bytes than the buffers of a connection take. */
const PRELUDE = `
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
const packages = '${pathToFileURL(path.join(root, 'packages'))}/';
const load = (name, entry = 'index') => import(packages + name + '/dist/' + entry + '.mjs');
const familyOf = async (rows) => {
  const { familyFromRows } = await load('model');
  const family = familyFromRows({ name: 'level', type: 'gauge', rows });
  return { gather: async () => [family] };
};
const small = () => familyOf([{ value: 1 }]);
const large = () => {
  const text = 'x'.repeat(4000);
  return familyOf(Array.from({ length: 5000 }, (_, i) => ({ labels: { id: text + i }, value: i })));
};
const hungGatherer = () => ({ gather: () => new Promise(() => {}) });
const hungCollector = async () => {
  const { Gauge, Registry } = await load('metrics');
  const registry = new Registry();
  new Gauge({ name: 'level', help: 'L.', registry, collect: () => new Promise(() => {}) });
  return registry;
};
const push = async (port, registry, options) => {
  const { Pushgateway } = await load('pushgateway');
  const url = 'http://127.0.0.1:' + port;
  new Pushgateway({ url, job: 'test', registry: await registry, onError() {}, ...options }).start({ intervalMs: 20 });
  await delay(100);
};
const send = async (port, registry, options) => {
  const { GraphiteBridge } = await load('graphite');
  const settings = { host: '127.0.0.1', port, registry: await registry, intervalMs: 20, onError() {} };
  new GraphiteBridge({ ...settings, ...options }).start();
  await delay(100);
};
const listening = async () => {
  const server = createServer((req, res) => res.end());
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};
`;

type Program = (at: typeof ports) => string;

/** Statements that begin work in the background and wait until it is under way. */
const PROGRAMS: readonly (readonly [feature: string, program: Program])[] = [
  [
    'metrics of all types',
    () => `
      const { Counter, Gauge, Histogram, Registry, Summary } = await load('metrics');
      const registry = new Registry();
      const options = { help: 'H.', registry, expireAfterMs: 60_000 };
      new Counter({ name: 'a_total', ...options }).inc();
      new Gauge({ name: 'b', ...options }).set(1);
      new Histogram({ name: 'c', native: true, ...options }).observe(1);
      new Summary({ name: 'd', quantiles: [0.5], ...options }).observe(1);
      await registry.gather();`,
  ],
  [
    'collectDefaultMetrics',
    () => `
      const { Registry } = await load('metrics');
      const registry = new Registry();
      (await load('process')).collectDefaultMetrics({ registry, include: ['all'] });
      await registry.gather();`,
  ],
  ['@promwright/process/register', () => "await load('process', 'register'); await delay(50);"],
  [
    'instrumentServer',
    () => `
      const server = await listening();
      (await load('http')).instrumentServer(server);
      server.close();`,
  ],
  [
    'instrumentAll',
    () => `
      (await load('http')).instrumentAll();
      (await listening()).close();`,
  ],
  ['observeRequests', () => "(await load('http')).observeRequests();"],
  ['startMetricsServer', () => "await (await load('http')).startMetricsServer({ port: 0 });"],
  [
    'startMetricsServer, scrape that hangs',
    () => `
      const { startMetricsServer } = await load('http');
      const { port } = await startMetricsServer({ port: 0, gatherer: await hungCollector() });
      connect(port, '127.0.0.1').unref().write('GET /metrics HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n');
      await delay(100);`,
  ],
  [
    'startMetricsServer, client that reads nothing',
    () => `
      const { startMetricsServer } = await load('http');
      const { port } = await startMetricsServer({ port: 0, gatherer: await large() });
      connect(port, '127.0.0.1').unref().write('GET /metrics HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n');
      await delay(500);`,
  ],
  [
    'fetchScrapeHandler, scrape that hangs',
    () => `
      const { fetchScrapeHandler } = await load('http', 'fetch');
      void fetchScrapeHandler({ gatherer: await hungCollector() })(new Request('http://localhost/metrics'));`,
  ],
  ['httpMetrics of express', () => "(await load('express')).httpMetrics();"],
  [
    'httpMetrics of fastify',
    () => `
      const app = createRequire(packages + 'fastify/package.json')('fastify')();
      app.register((await load('fastify')).httpMetrics);
      await app.ready();`,
  ],
  ['httpMetrics of koa', () => "(await load('koa')).httpMetrics();"],
  ...(['full', 'refused', 'mute', 'busy'] as const).map((site): [string, Program] => [
    `Pushgateway, server ${site}`,
    (at) => `await push(${at[site]}, small());`,
  ]),
  [
    'Pushgateway, server unread',
    (at) => `await push(${at.unread}, large(), { compression: false }); await delay(200);`,
  ],
  [
    'Pushgateway, TLS that never begins',
    (at) => `await push(${at.mute}, small(), { url: 'https://127.0.0.1:${at.mute}' });`,
  ],
  ['Pushgateway, gatherer that hangs', (at) => `await push(${at.mute}, hungGatherer());`],
  ['Pushgateway, collector that hangs', (at) => `await push(${at.mute}, hungCollector());`],
  ...(['full', 'refused', 'mute'] as const).map((site): [string, Program] => [
    `GraphiteBridge, server ${site}`,
    (at) => `await send(${at[site]}, small());`,
  ]),
  ['GraphiteBridge by UDP', (at) => `await send(${at.refused}, small(), { protocol: 'udp' });`],
  ['GraphiteBridge, server unread', (at) => `await send(${at.unread}, large()); await delay(200);`],
  ['GraphiteBridge, TLS that never begins', (at) => `await send(${at.mute}, small(), { tls: true });`],
  ['GraphiteBridge, gatherer that hangs', (at) => `await send(${at.mute}, hungGatherer());`],
  ['GraphiteBridge, collector that hangs', (at) => `await send(${at.mute}, hungCollector());`],
];

/** Runs a program that prints nothing. Returns its end, and the time from its last statement to its end. */
async function endOf(program: string) {
  const code = `${PRELUDE}${program}
    const begin = performance.now();
    process.on('exit', () => console.log(performance.now() - begin));`;
  const args = ['--input-type=module', '--eval', code];
  const { stdout, ...end } = await runToEnd(process.execPath, args, { timeoutMs: 15_000 });
  return { ...end, ms: Number(stdout) };
}

describe('a program ends by itself with nothing but', () => {
  test.concurrent.each(PROGRAMS)('%s', async (_, program) => {
    const { ms, ...end } = await endOf(program(ports));

    expect(end).toEqual({ exitCode: 0, stderr: '' });
    expect(ms).toBeLessThan(LIMIT_MS);
  });
});
