import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Registry } from '@promwright/metrics';
import { ask, ended, errors, eventually, inFlight, listening, open } from '@tooling/http-scenarios';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import * as first from '../index.ts';
import { unobserveRequests } from './requests/early-request.ts';

/** The package loaded a second time, as by a program that imports one module format and requires the other. */
let second: typeof first;
let unobserveSecond: typeof unobserveRequests;

beforeAll(async () => {
  vi.resetModules();
  second = await import('../index.ts');
  ({ unobserveRequests: unobserveSecond } = await import('./requests/early-request.ts'));
});

/** Starts a server whose requests both copies record in one registry, under the route `/first` or, if present, the second's. */
async function serveBoth(
  listener: (req: IncomingMessage, res: ServerResponse) => void = (_req, res) => void res.end(),
  routeOfSecond?: () => string,
): Promise<{ readonly registry: Registry; readonly port: number }> {
  const registry = new Registry();
  const outer = new first.HttpMetrics({ registry });
  const inner = new second.HttpMetrics({ registry });
  const port = await listening(
    createServer((req, res) => {
      outer.begin(req, res, () => '/first');
      inner.begin(req, res, routeOfSecond);
      listener(req, res);
    }),
  );
  return { registry, port };
}

function observeWithBoth(): void {
  first.observeRequests();
  second.observeRequests();
  onTestFinished(unobserveRequests);
  onTestFinished(unobserveSecond);
}

describe('two copies of @promwright/http in one program', () => {
  test('are different code', () => {
    expect(second.HttpMetrics).not.toBe(first.HttpMetrics);
    expect(unobserveSecond).not.toBe(unobserveRequests);
  });

  test.each([
    ['without observed requests', () => undefined],
    ['with observed requests', observeWithBoth],
  ])('record a request once, %s', async (_, observe) => {
    observe();
    const { registry, port } = await serveBoth(undefined, () => '/second');

    for (let i = 0; i < 3; i++) await ask(port, '/');

    await eventually(() => expect(ended(registry)).toEqual({ 'GET /second 200': 3 }));
    expect([inFlight(registry), errors(registry)]).toEqual([0, 0]);
  });

  test('record a request once when both instrument the same server, or all servers', async () => {
    const registry = new Registry();
    const server = createServer((_req, res) => void res.end());
    const instrumentations = [
      first.instrumentServer(server, { registry }),
      second.instrumentServer(server, { registry }),
      first.instrumentAll({ registry }),
      second.instrumentAll({ registry }),
    ];
    onTestFinished(() => {
      for (const instrumentation of instrumentations) instrumentation.stop();
    });
    const port = await listening(server);

    for (let i = 0; i < 3; i++) await ask(port, '/');

    expect(instrumentations[1]).toBe(instrumentations[0]);
    await eventually(() => expect(ended(registry)).toEqual({ 'GET (unmatched) 200': 3 }));
    expect([inFlight(registry), errors(registry)]).toEqual([0, 0]);
  });

  test.each([
    ['first', 'active', () => first.setRoute],
    ['second', 'active', () => second.setRoute],
    ['first', 'new', () => first.setRoute],
    ['second', 'new', () => second.setRoute],
  ])('setRoute of the %s copy sets the route of a request that is %s', async (_, state, setRoute) => {
    const registry = new Registry();
    const outer = new first.HttpMetrics({ registry });
    const inner = new second.HttpMetrics({ registry });
    const port = await listening(
      createServer((req, res) => {
        const route = req.url === '/excluded' ? false : '/set';
        if (state === 'new') setRoute()(req, route);
        // Each copy records some of the requests.
        const [begins, joins] = req.url === '/other' ? [inner, outer] : [outer, inner];
        begins.begin(req, res, () => '/detected');
        joins.begin(req, res, () => '/detected');
        if (state === 'active') setRoute()(req, route);
        res.end();
      }),
    );

    for (const path of ['/one', '/other', '/excluded']) await ask(port, path);

    await eventually(() => expect(ended(registry)).toEqual({ 'GET /set 200': 2 }));
    expect(inFlight(registry)).toBe(0);
  });

  test('observe a request with one subscriber, whose state both use', async () => {
    const seen: { readonly listeners: number; readonly isHooked: boolean }[] = [];
    const look = (res: ServerResponse) =>
      seen.push({ listeners: res.listenerCount('close'), isHooked: Object.hasOwn(res, 'writeHead') });
    const registry = new Registry();
    const recording = new second.HttpMetrics({ registry });
    const port = await listening(
      createServer((req, res) => {
        look(res);
        if (req.url === '/recorded') {
          recording.begin(req, res, () => '/recorded');
          look(res);
        }
        res.end();
      }),
    );

    await ask(port, '/unobserved');
    first.observeRequests();
    onTestFinished(unobserveRequests);
    onTestFinished(unobserveSecond);
    await ask(port, '/observed');
    second.observeRequests();
    await ask(port, '/observed');
    await ask(port, '/recorded');
    unobserveSecond();
    await ask(port, '/unobserved');

    const [plain, observed] = seen;
    expect([plain?.isHooked, observed?.isHooked]).toEqual([false, true]);
    expect(seen).toEqual([plain, observed, observed, observed, observed, plain]);
    await eventually(() => expect(ended(registry)).toEqual({ 'GET /recorded 200': 1 }));
  });

  test('add one listener to a socket with queued requests', async () => {
    const before: number[] = [];
    const after: number[] = [];
    const metrics = [first, second].map((copy) => new copy.HttpMetrics({ registry: new Registry() }));
    const port = await listening(
      createServer((req, res) => {
        const { socket } = req;
        before.push(socket.listenerCount('close'));
        metrics[before.length % 2]!.begin(req, res, () => '/queued');
        after.push(socket.listenerCount('close'));
        // The first response never ends, so that the others stay queued.
        if (before.length > 1) res.end();
      }),
    );
    open(port).write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(5));

    await eventually(() => expect(after).toHaveLength(5));

    expect(after.map((listeners, i) => listeners - before[i]!)).toEqual([0, 1, 0, 0, 0]);
  });

  test('do not record the requests of a metrics server', async () => {
    const registry = new Registry();
    const instrumentation = first.instrumentAll({ registry });
    onTestFinished(() => instrumentation.stop());
    const server = await second.startMetricsServer({ port: 0, gatherer: registry });
    onTestFinished(() => server.close());

    const { status } = await ask(server.port, '/metrics');

    expect(status).toBe(200);
    expect(ended(registry)).toEqual({});
  });
});
