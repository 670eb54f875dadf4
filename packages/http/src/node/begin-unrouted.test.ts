import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { Registry } from '@promwright/metrics';
import { eventually, listening } from '@tooling/http-scenarios';
import { describe, expect, test, vi } from 'vitest';
import { HttpMetrics, type HttpMetricsOptions } from '../index.ts';

/** Request of a framework. */
interface Wrapped {
  readonly originalUrl: string;
  readonly raw: IncomingMessage;
}

/** Starts a server whose framework handles every request except `/refused`, and cuts a mount off the URL of Node's request. */
async function serve(options: HttpMetricsOptions<Wrapped, ServerResponse, string>, during?: () => void) {
  const registry = new Registry();
  const metrics = new HttpMetrics({ registry, ...options });
  const server = createServer((rawReq, rawRes) => {
    metrics.beginUnrouted(rawReq, rawRes);
    metrics.beginUnrouted(rawReq, rawRes);
    const originalUrl = rawReq.url!;
    rawReq.url = '/';
    if (originalUrl !== '/refused') {
      metrics.begin(rawReq, rawRes, ({ originalUrl }) => originalUrl, { originalUrl, raw: rawReq }, rawRes);
    }
    during?.();
    rawRes.setHeader('content-type', 'text/event-stream');
    rawRes.end();
  });
  const port = await listening(server);
  const get = async (path: string) => void (await (await fetch(`http://127.0.0.1:${port}${path}`)).arrayBuffer());
  const values = (name: string) =>
    registry.gatherSync({ names: [name] }).flatMap((family) =>
      [...family.rows()].map(({ labels, ...row }) => {
        const { value, count } = row as { value?: number; count?: number };
        return `${Object.values(labels).join(' ')} ${value ?? count}`;
      }),
    );
  return { get, values };
}

describe('HttpMetrics.beginUnrouted', () => {
  test('records a request from its arrival on, and takes the route once the framework has the request', async () => {
    const seen: unknown[] = [];
    const { get, values } = await serve({
      exemplar: (req) => void seen.push(req.originalUrl),
      route: (req, _res, detected) => `${req.originalUrl} ${detected}`,
      extraLabels: { names: ['same'], values: ({ req }) => ({ same: String(req.raw.url === '/') }) },
    });

    for (const path of ['/a', '/refused']) await get(path);

    await eventually(() =>
      expect(values('http_request_duration_seconds')).toEqual(['GET /a /a 200 true 1', 'GET (unmatched) 200  1']),
    );
    expect(seen).toEqual(['/a']);
    expect(values('http_instrumentation_errors_total')).toEqual([' 0']);
  });

  test.each<[kind: string, skip: NonNullable<HttpMetricsOptions<Wrapped>['skip']>]>([
    ['paths', ['/health']],
    ['a function', (req: Wrapped) => req.originalUrl === '/health'],
  ])('a request excluded by %s in the option skip is not in flight once the framework has it', async (_kind, skip) => {
    const inFlight: string[][] = [];
    const { get, values } = await serve({ skip }, () => inFlight.push(values('http_requests_in_flight')));

    for (const path of ['/health', '/a']) await get(path);

    await eventually(() => expect(values('http_request_duration_seconds')).toEqual(['GET /a 200 1']));
    expect(inFlight.map(([first]) => first ?? 'GET 0')).toEqual(['GET 0', 'GET 1']);
    expect(values('http_requests_in_flight')).toEqual(['GET 0']);
    expect(values('http_streams_active')).toEqual([' 0']);
  });

  test('counts once a client that leaves before the framework has the request', async () => {
    const registry = new Registry();
    const metrics = new HttpMetrics({ registry });
    const begun = vi.fn();
    const server = createServer((req, res) => {
      metrics.beginUnrouted(req, res);
      res.on('close', () => {
        metrics.begin(req, res, () => '/late');
        begun();
      });
    });
    const port = await listening(server);
    const req = request({ port, host: '127.0.0.1', agent: false }).on('error', () => undefined);
    server.once('request', () => req.destroy());

    req.end();

    await eventually(() => expect(begun).toHaveBeenCalledTimes(1));
    const [family] = registry.gatherSync({ names: ['http_request_duration_seconds'] });
    expect([...family!.rows()]).toMatchObject([{ labels: { route: '(unmatched)', status_code: '499' }, count: 1 }]);
  });
});
