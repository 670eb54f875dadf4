import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Counter, Registry } from '@promwright/metrics';
import { listening } from '@tooling/http-scenarios';
import { describe, expect, test } from 'vitest';
import { type FetchHandler, type FetchMetricsOptions, fetchMetrics, type RequestRecord, setRoute } from '../fetch.ts';
import { instrumentServer } from '../node/instrument-server.ts';

const URL = 'http://shop.example/users/7?x=1';
type Handler = (request: Request, ...rest: unknown[]) => Promise<Response>;

/** Wraps a handler. Returns the wrapper, its registry, and all records and errors. */
function setUp<H extends FetchHandler>(handler: H, options: FetchMetricsOptions<string> = {}) {
  const registry = new Registry();
  const records: Pick<RequestRecord, 'method' | 'route' | 'status' | 'outcome' | 'errorType'>[] = [];
  const errors: unknown[] = [];
  const fetch = fetchMetrics(handler, {
    registry,
    onError: (error) => errors.push(error),
    skipRecord({ method, route, status, outcome, errorType }) {
      records.push({ method, route, status, outcome, errorType });
      return false;
    },
    ...options,
  }) as unknown as Handler;
  return { fetch, registry, records, errors };
}

/** Returns the values or counts of a family by label values. */
function samples(registry: Registry, name: string): Record<string, number> {
  const [family] = registry.gatherSync({ names: [name] });
  return Object.fromEntries(
    [...(family?.rows() ?? [])].map(({ labels, ...row }) => {
      const { count, value } = row as { count?: number; value?: number };
      return [Object.values(labels).join(' '), (count ?? value)!];
    }),
  );
}
const ended = (registry: Registry) => samples(registry, 'http_request_duration_seconds');
const inFlight = (registry: Registry) => samples(registry, 'http_requests_in_flight');
const aborts = (registry: Registry) => samples(registry, 'http_request_aborts_total');
const ownErrors = (registry: Registry) => samples(registry, 'http_instrumentation_errors_total')[''];

/** Creates a body whose chunks are generated on demand, and a record of its reading. */
function countedBody(chunks: number) {
  const seen = { pulls: 0, cancelled: undefined as unknown };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        seen.pulls++;
        if (seen.pulls > chunks) controller.close();
        else controller.enqueue(new Uint8Array(10).fill(seen.pulls));
      },
      cancel(reason) {
        seen.cancelled = reason;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, seen };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('fetchMetrics', () => {
  test('times a handler until its promise settles; the request is in flight until then', async () => {
    let answer = (_: Response) => {};
    const { fetch, registry, records } = setUp(() => new Promise<Response>((resolve) => (answer = resolve)), {
      route: () => '/users/:id',
    });

    const answered = fetch(new Request(URL, { method: 'POST' }));
    const before = [inFlight(registry), ended(registry)];
    const response = new Response('made', { status: 201 });
    answer(response);

    expect(await answered).toBe(response);
    expect(before).toEqual([{ POST: 1 }, {}]);
    expect(inFlight(registry)).toEqual({ POST: 0 });
    expect(ended(registry)).toEqual({ 'POST /users/:id 201': 1 });
    expect(records).toEqual([
      { method: 'POST', route: '/users/:id', status: 201, outcome: 'completed', errorType: undefined },
    ]);
  });

  test('returns a synchronous response synchronously', () => {
    const response = new Response('now');
    const { fetch, registry } = setUp(() => response);

    expect(fetch(new Request(URL))).toBe(response);
    expect(ended(registry)).toEqual({ 'GET (unmatched) 200': 1 });
  });

  test('passes the arguments of the wrapper to the handler', async () => {
    const calls: unknown[] = [];
    const registry = new Registry();
    const application = {
      fetch: fetchMetrics(
        async function (this: unknown, ...args: unknown[]) {
          calls.push(this, ...args);
          return new Response();
        },
        { registry },
      ),
    };
    const request = new Request(URL);
    const context = { params: Promise.resolve({ id: '7' }) };

    await application.fetch(request, context, undefined, 4);

    expect(calls).toEqual([application, request, context, undefined, 4]);
    expect(calls[1]).toBe(request);
  });

  test('the wrapper has the name of the handler and its number of parameters, at least one', () => {
    const options = { registry: new Registry() };
    const two = async function two(_request: Request, _context: unknown) {
      return new Response();
    };

    const wrappers = [fetchMetrics(two, options), fetchMetrics(() => new Response(), options)];

    expect(wrappers.map(({ name, length }) => [name, length])).toEqual([
      ['two', 2],
      ['', 1],
    ]);
  });

  test.each<[how: string, handler: () => Promise<Response>]>([
    [
      'throws',
      () => {
        throw new RangeError('broken');
      },
    ],
    ['rejects', () => Promise.reject(new RangeError('broken'))],
  ])('an error of a handler that %s is passed on, and recorded with status 500 and its name', async (_how, handler) => {
    const thrown: unknown[] = [];
    const { fetch, registry, records } = setUp(() => {
      try {
        return handler().catch((error) => {
          thrown.push(error);
          throw error;
        });
      } catch (error) {
        thrown.push(error);
        throw error;
      }
    });

    const caught = await (async () => fetch(new Request(URL)))().catch((error) => error);

    expect(thrown).toHaveLength(1);
    expect(caught).toBe(thrown[0]);
    expect(ended(registry)).toEqual({ 'GET (unmatched) 500': 1 });
    expect(records).toMatchObject([{ status: 500, outcome: 'error', errorType: 'RangeError' }]);
    expect([inFlight(registry), ownErrors(registry)]).toEqual([{ GET: 0 }, 0]);
  });

  test.each<[what: string, thrown: unknown, status: number]>([
    ['a response', new Response(null, { status: 403 }), 403],
    ['redirect() of Next.js', Object.assign(new Error(), { digest: 'NEXT_REDIRECT;replace;/a;b;307;' }), 307],
    ['notFound() of Next.js', Object.assign(new Error(), { digest: 'NEXT_HTTP_ERROR_FALLBACK;404' }), 404],
    ['an error with another digest', Object.assign(new Error(), { digest: '2338' }), 500],
    ['nothing', undefined, 500],
    ['null', null, 500],
    ['a string', 'broken', 500],
  ])('a handler that throws %s is recorded with the status of the response', async (_what, thrown, status) => {
    const { fetch, registry } = setUp(() => Promise.reject(thrown));

    const caught = await fetch(new Request(URL)).then(
      () => 'answered',
      (error: unknown) => [error],
    );

    expect(caught).toEqual([thrown]);
    expect(ended(registry)).toEqual({ [`GET (unmatched) ${status}`]: 1 });
  });

  test.each<[what: string, answer: unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a string', 'hello'],
    ['an object', { status: 200 }],
    ['Response.error()', Response.error()],
  ])('a result without a status, such as %s, is passed on and recorded as 0xx', async (_what, answer) => {
    const { fetch, registry } = setUp(async () => answer as Response);

    expect(await fetch(new Request(URL))).toBe(answer);
    expect(ended(registry)).toEqual({ 'GET (unmatched) 0xx': 1 });
    expect(inFlight(registry)).toEqual({ GET: 0 });
  });

  test('a client that leaves before the response counts once, with status 499', async () => {
    const left = new AbortController();
    let answer = (_: Response) => {};
    const { fetch, registry, records } = setUp(() => new Promise<Response>((resolve) => (answer = resolve)));

    const answered = fetch(new Request(URL, { signal: left.signal }));
    left.abort();
    const afterAbort = [ended(registry), aborts(registry), inFlight(registry)];
    answer(new Response('too late'));
    await answered;

    expect(afterAbort).toEqual([{ 'GET (unmatched) 499': 1 }, { 'GET (unmatched) before_headers': 1 }, { GET: 0 }]);
    expect([ended(registry), aborts(registry), inFlight(registry)]).toEqual(afterAbort);
    expect(records).toMatchObject([{ status: 499, outcome: 'aborted_before_headers', errorType: 'aborted' }]);
  });

  test('a client that left counts as aborted, also if the handler fails because of it', async () => {
    const left = new AbortController();
    const { fetch, registry } = setUp(
      (request: Request) =>
        new Promise<Response>((_, reject) =>
          request.signal.addEventListener('abort', () => reject(request.signal.reason)),
        ),
    );
    const gone = setUp(async () => new Response());

    const answered = fetch(new Request(URL, { signal: left.signal }));
    left.abort();
    await gone.fetch(new Request(URL, { signal: left.signal }));

    await expect(answered).rejects.toThrow('aborted');
    expect(ended(registry)).toEqual({ 'GET (unmatched) 499': 1 });
    expect(ended(gone.registry)).toEqual({ 'GET (unmatched) 499': 1 });
    expect(inFlight(gone.registry)).toEqual({ GET: 0 });
  });

  test('a client that leaves after the headers is no abort with measure: headers', async () => {
    const left = new AbortController();
    const { fetch, registry } = setUp(async () => new Response(countedBody(2).body));

    const response = await fetch(new Request(URL, { signal: left.signal }));
    left.abort();
    await response.text();

    expect(ended(registry)).toEqual({ 'GET (unmatched) 200': 1 });
    expect(aborts(registry)).toEqual({});
  });

  test('a complete measurement ends with the body, and reads no chunk ahead', async () => {
    const { body, seen } = countedBody(3);
    const { fetch, registry } = setUp(async () => new Response(body, { status: 202 }), { measure: 'complete' });

    const response = await fetch(new Request(URL));
    await turn();
    const unread = [seen.pulls, ended(registry), inFlight(registry)];
    const reader = response.body!.getReader();
    const first = await reader.read();
    await turn();
    const afterOne = seen.pulls;
    for (let next = first; !next.done; next = await reader.read());

    expect(unread).toEqual([0, {}, { GET: 1 }]);
    expect(first.value).toEqual(new Uint8Array(10).fill(1));
    expect(afterOne).toBe(1);
    expect(seen.pulls).toBe(4);
    expect(ended(registry)).toEqual({ 'GET (unmatched) 202': 1 });
    expect([aborts(registry), inFlight(registry)]).toEqual([{}, { GET: 0 }]);
  });

  test.each([0, 1])(
    'a client that cancels after %i chunks counts as aborted, and its reason is passed on',
    async (reads) => {
      const { body, seen } = countedBody(3);
      const { fetch, registry, records } = setUp(async () => new Response(body), { measure: 'complete' });
      const reason = new Error('enough');

      const reader = (await fetch(new Request(URL))).body!.getReader();
      for (let i = 0; i < reads; i++) await reader.read();
      await reader.cancel(reason);

      expect(seen.cancelled).toBe(reason);
      expect(ended(registry)).toEqual({ 'GET (unmatched) 200': 1 });
      expect(aborts(registry)).toEqual({ 'GET (unmatched) mid_response': 1 });
      expect(records).toMatchObject([{ status: 200, outcome: 'aborted_mid_response', errorType: 'aborted' }]);
      expect(inFlight(registry)).toEqual({ GET: 0 });
    },
  );

  test('a body that fails counts as aborted, and fails for the client with the same error', async () => {
    const failure = new Error('disk');
    const body = new ReadableStream({
      pull(controller) {
        controller.error(failure);
      },
    });
    const { fetch, registry } = setUp(async () => new Response(body), { measure: 'complete' });

    const caught = await (await fetch(new Request(URL))).text().catch((error) => error);

    expect(caught).toBe(failure);
    expect(aborts(registry)).toEqual({ 'GET (unmatched) mid_response': 1 });
    expect([inFlight(registry), ownErrors(registry)]).toEqual([{ GET: 0 }, 0]);
  });

  test('a signal that is aborted while the body is read ends the recording, not the body', async () => {
    const left = new AbortController();
    const { fetch, registry } = setUp(async () => new Response(countedBody(3).body), { measure: 'complete' });

    const response = await fetch(new Request(URL, { signal: left.signal }));
    left.abort();
    const afterAbort = [aborts(registry), inFlight(registry)];
    const bytes = await response.arrayBuffer();

    expect(afterAbort).toEqual([{ 'GET (unmatched) mid_response': 1 }, { GET: 0 }]);
    expect(bytes.byteLength).toBe(30);
    expect(ended(registry)).toEqual({ 'GET (unmatched) 200': 1 });
  });

  test('the copy around a watched body keeps status, status text and headers, each Set-Cookie included', async () => {
    const headers = new Headers({ 'Content-Type': 'text/html', 'X-Own': 'ä' });
    headers.append('Set-Cookie', 'a=1; Path=/');
    headers.append('Set-Cookie', 'b=2, with comma');
    const given = new Response('<p>', { status: 418, statusText: 'Teapot', headers });
    const { fetch } = setUp(async () => given, { measure: 'complete' });

    const response = await fetch(new Request(URL));

    expect(response).not.toBe(given);
    expect([response.status, response.statusText]).toEqual([418, 'Teapot']);
    expect([...response.headers]).toEqual([...headers]);
    expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2, with comma']);
    expect(await response.text()).toBe('<p>');
  });

  test.each<[what: string, make: () => Response, status: number | string, method?: string]>([
    ['without a body', () => new Response(null, { status: 204 }), 204],
    ['a redirect', () => Response.redirect('http://shop.example/', 302), 302],
    ['not modified', () => new Response(null, { status: 304 }), 304],
    ['Response.error()', () => Response.error(), '0xx'],
    ['to HEAD', () => new Response('x'), 200, 'HEAD'],
    ['with an additional property', () => Object.assign(new Response('x'), { webSocket: {} }), 200],
    [
      'whose status cannot be constructed',
      () => Object.defineProperty(new Response('x'), 'status', { value: 101, enumerable: false }),
      101,
    ],
    [
      'whose body was read',
      () => {
        const response = new Response('x');
        void response.text();
        return response;
      },
      200,
    ],
    [
      'whose body is being read',
      () => {
        const response = new Response('x');
        response.body!.getReader();
        return response;
      },
      200,
    ],
  ])(
    'a response %s is passed on unchanged, and measured until its headers',
    async (_what, make, status, method = 'GET') => {
      const given = make();
      const { fetch, registry } = setUp(async () => given, { measure: 'complete' });

      expect(await fetch(new Request(URL, { method }))).toBe(given);
      expect(ended(registry)).toEqual({ [`${method} (unmatched) ${status}`]: 1 });
      expect([inFlight(registry), ownErrors(registry)]).toEqual([{ [method]: 0 }, 0]);
    },
  );

  const events = () =>
    new Response(countedBody(2).body, { headers: { 'content-type': 'Text/Event-Stream; charset=utf-8' } });

  test('an event stream counts with the time to its headers, and in the stream metrics with its duration', async () => {
    const { fetch, registry } = setUp(async () => events(), { measure: 'complete' });

    const response = await fetch(new Request(URL));
    const during = samples(registry, 'http_streams_active');
    await new Promise((resolve) => setTimeout(resolve, 30));
    await response.text();

    expect(during).toEqual({ '': 1 });
    expect(samples(registry, 'http_streams_active')).toEqual({ '': 0 });
    const [duration, stream] = registry.gatherSync({
      names: ['http_request_duration_seconds', 'http_stream_duration_seconds'],
    });
    const [sumOfHeaders, sumOfStream] = [duration, stream].map((family) => {
      const [row] = family!.rows();
      return (row as unknown as { sum: number }).sum;
    });
    expect(sumOfStream).toBeGreaterThan(0.02);
    expect(sumOfHeaders).toBeLessThan(sumOfStream!);
  });

  test('an event stream that is measured until its headers has no stream duration', async () => {
    const { fetch, registry } = setUp(async () => events());

    await (await fetch(new Request(URL))).text();

    expect(ended(registry)).toEqual({ 'GET (unmatched) 200': 1 });
    expect(samples(registry, 'http_stream_duration_seconds')).toEqual({});
    expect(samples(registry, 'http_streams_active')).toEqual({ '': 0 });
  });

  test.each<[sizes: 'header' | 'body', measure: 'headers' | 'complete', response: number]>([
    ['header', 'headers', 7],
    ['header', 'complete', 7],
    ['body', 'complete', 30],
  ])('sizes by %s, with measure: %s', async (sizes, measure, expected) => {
    const { fetch, registry } = setUp(
      async () => new Response(countedBody(3).body, { headers: { 'Content-Length': '7' } }),
      { sizes, measure },
    );

    await (await fetch(new Request(URL, { method: 'POST', headers: { 'Content-Length': '12' } }))).arrayBuffer();

    const sums = registry
      .gatherSync({ names: ['http_request_size_bytes', 'http_response_size_bytes'] })
      .map((family) => ([...family.rows()][0] as unknown as { sum: number }).sum);
    expect(sums).toEqual([12, expected]);
  });

  test.each(['-1', '1e308', 'abc', '9'.repeat(400), '0x10', '1, 1'])(
    'a Content-Length of %s is not recorded as a size',
    async (length) => {
      const { fetch, registry } = setUp(async () => new Response(null), { sizes: 'header' });

      await fetch(new Request(URL, { headers: { 'Content-Length': length } }));

      expect(samples(registry, 'http_request_size_bytes')).toEqual({ 'GET (unmatched) 200': 0 });
      expect(ownErrors(registry)).toBe(0);
    },
  );

  test('setRoute sets the route, wins over the option, and excludes a request with false', async () => {
    const { fetch, registry } = setUp(
      async (request: Request) => {
        if (request.url.endsWith('/named')) setRoute(request, '/:name');
        if (request.url.endsWith('/hidden')) setRoute(request, false);
        return new Response();
      },
      { route: (request, response, detected) => `${request.method} ${response?.status} ${detected}` },
    );

    for (const name of ['named', 'hidden', 'other']) await fetch(new Request(`http://shop.example/${name}`));

    expect(ended(registry)).toEqual({ 'GET /:name 200': 1, 'GET GET 200 undefined 200': 1 });
    expect(inFlight(registry)).toEqual({ GET: 0 });
  });

  test('labels of other conventions, with scheme, error type and no version', async () => {
    const { fetch, registry } = setUp(
      async (request: Request) => {
        if (request.url.startsWith('https:')) throw new SyntaxError('broken');
        return new Response();
      },
      { convention: 'otel', labels: { scheme: true, protocolVersion: true } },
    );

    await fetch(new Request('http://shop.example/'));
    await fetch(new Request('https://shop.example/')).catch(() => undefined);

    const [family] = registry.gatherSync({ names: ['http_server_request_duration_seconds'] });
    expect([...family!.rows()].map(({ labels }) => ({ ...labels }))).toEqual(
      [
        {
          http_request_method: 'GET',
          http_response_status_code: '200',
          url_scheme: 'http',
        },
        {
          http_request_method: 'GET',
          http_response_status_code: '500',
          error_type: 'SyntaxError',
          url_scheme: 'https',
        },
      ].map((labels) => expect.objectContaining(labels)),
    );
  });

  test('a sampled traceparent becomes an exemplar', async () => {
    const { fetch } = setUp(async () => new Response());
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

    await fetch(new Request(URL, { headers: { traceparent } }));
    const scrape = await fetch(
      new Request('http://shop.example/metrics', { headers: { Accept: 'application/openmetrics-text' } }),
    );

    expect(await scrape.text()).toContain('# {trace_id="4bf92f3577b34da6a3ce929d0e0e4736",span_id="00f067aa0ba902b7"}');
  });

  test('serves the scrape for any method and query, and does not record it', async () => {
    const { fetch, registry } = setUp(async () => new Response('mine'));
    new Counter({ name: 'jobs_total', help: 'Jobs.', registry }).inc(3);
    const ask = (path: string, method = 'GET') => fetch(new Request(`http://shop.example${path}`, { method }));

    const answers = [
      await ask('/metrics?name[]=jobs_total'),
      await ask('/metrics', 'POST'),
      await ask('/metrics/'),
      await ask('/metricsx'),
      await ask('/?/metrics'),
      await ask('/x#/metrics'),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 405, 200, 200, 200, 200]);
    expect(await answers[0]!.text()).toBe('# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total 3\n');
    expect(await Promise.all(answers.slice(2).map((answer) => answer.text()))).toEqual(Array(4).fill('mine'));
    expect(ended(registry)).toEqual({ 'GET (unmatched) 200': 4 });
  });

  test('serves the scrape at the option path, or not at all', async () => {
    const elsewhere = setUp(async () => new Response('mine'), {
      path: '/internal/metrics',
      scrape: { auth: { bearer: 'secret' } },
    });
    const nowhere = setUp(async () => new Response('mine'), { path: false });

    const answers = [
      await elsewhere.fetch(new Request('http://shop.example/metrics')),
      await elsewhere.fetch(new Request('http://shop.example/internal/metrics')),
      await nowhere.fetch(new Request('http://shop.example/metrics')),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 401, 200]);
    expect(ended(elsewhere.registry)).toEqual({ 'GET (unmatched) 200': 1 });
    expect(ended(nowhere.registry)).toEqual({ 'GET (unmatched) 200': 1 });
  });

  test('requests that the option skip excludes are not recorded', async () => {
    const { fetch, registry } = setUp(async () => new Response(), { skip: ['/live', /^\/internal\//] });

    for (const path of ['live?x', 'internal/a', 'shop']) await fetch(new Request(`http://shop.example/${path}`));

    expect(ended(registry)).toEqual({ 'GET (unmatched) 200': 1 });
  });

  test('a handler wrapped twice counts once: the outer measures, the inner knows the route', async () => {
    const registry = new Registry();
    const route = fetchMetrics(async (_: Request) => new Response(), {
      registry,
      path: false,
      route: (_, res) => `/inner/${res?.status}`,
    });
    const { fetch } = setUp((request: Request) => route(request), { registry });
    const own = new Request(URL);

    await fetch(own);
    await fetch(own);

    expect(ended(registry)).toEqual({ 'GET /inner/200 200': 2 });
    expect(inFlight(registry)).toEqual({ GET: 0 });
  });

  test('requests that an adapter passes on from an instrumented server of Node count once, under their route', async () => {
    const registry = new Registry();
    const handler = fetchMetrics(
      async (request: Request, _environment: unknown) => {
        if (request.url.endsWith('/set')) setRoute(request, '/:set');
        return new Response('hello');
      },
      { registry, path: '/other-metrics', route: () => '/option' },
    );
    const server = createServer(async (incoming: IncomingMessage, outgoing: ServerResponse) => {
      const response = await handler(new Request(`http://shop.example${incoming.url}`), { incoming, outgoing });
      outgoing.end(await response.text());
    });
    instrumentServer(server, { registry });
    const port = await listening(server);
    const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } });

    for (const path of ['/set', '/x', '/other-metrics']) await (await ask(path)).text();

    await expect.poll(() => ended(registry)).toEqual({ 'GET /:set 200': 1, 'GET /option 200': 1 });
  });

  test('hostile methods, hosts and paths create no series', async () => {
    const { fetch, registry } = setUp(async () => new Response(null, { status: 404 }));

    for (let i = 0; i < 300; i++) {
      const method = ['GET', 'PROPFIND', `X-${i}`, 'get', 'Patch'][i % 5]!;
      const headers = { host: `evil-${i}`, 'x-forwarded-host': `evil-${i}`, accept: '\x80'.repeat(i) };
      await fetch(
        new Request(`http://host-${i}.example:${1 + i}/%00/${i}/..%2f?${'x='.repeat(i)}`, { method, headers }),
      );
    }

    expect(ended(registry)).toEqual({ 'GET (unmatched) 404': 120, '_OTHER (unmatched) 404': 180 });
    expect(ownErrors(registry)).toBe(0);
  });

  const fail = (): never => {
    throw new Error('own');
  };

  test.each<[what: string, options: FetchMetricsOptions<string>, recorded: Record<string, number>, errors: number]>([
    ['route that throws', { route: fail }, { 'GET (unmatched) 200': 1 }, 1],
    ['route that returns a number', { route: () => 7 as never }, { 'GET (unmatched) 200': 1 }, 1],
    ['skip that throws', { skip: fail }, { 'GET (unmatched) 200': 1 }, 1],
    ['skipRecord that throws', { skipRecord: fail }, { 'GET (unmatched) 200': 1 }, 1],
    ['exemplar that throws', { exemplar: fail }, { 'GET (unmatched) 200': 1 }, 1],
    [
      'label function that throws',
      { extraLabels: { names: ['tenant'], values: fail } },
      { 'GET (unmatched) 200 ': 1 },
      1,
    ],
    [
      'label function that returns nothing',
      { extraLabels: { names: ['tenant'], values: () => undefined as never } },
      { 'GET (unmatched) 200 ': 1 },
      1,
    ],
  ])('an error of a %s is counted, and the request is served as usual', async (_what, options, recorded, count) => {
    const { fetch, registry, errors } = setUp(async () => new Response('served'), options);

    const response = await fetch(new Request(URL));

    expect(await response.text()).toBe('served');
    const found = Object.fromEntries(Object.entries(ended(registry)).map(([key, value]) => [key.trim(), value]));
    expect(found).toEqual(Object.fromEntries(Object.entries(recorded).map(([key, value]) => [key.trim(), value])));
    expect([ownErrors(registry), errors.length]).toEqual([count, count]);
    expect(inFlight(registry)).toEqual({ GET: 0 });
  });

  test.each<[what: string, request: unknown]>([
    ['nothing', undefined],
    ['a string', 'http://shop.example/'],
    ['an empty object', {}],
    [
      'a request whose signal throws',
      Object.defineProperty(new Request(URL), 'signal', {
        get() {
          throw new Error('no signal');
        },
      }),
    ],
  ])(
    'a call with %s calls the handler all the same, counts an error, and leaves nothing in flight',
    async (_what, request) => {
      const calls: unknown[] = [];
      const { fetch, registry } = setUp(async (given: unknown) => {
        calls.push(given);
        return new Response('served');
      });

      const response = await fetch(request as Request);

      expect(await response.text()).toBe('served');
      expect(calls).toEqual([request]);
      expect(calls[0]).toBe(request);
      expect(ownErrors(registry)).toBeGreaterThan(0);
      expect(Object.values(inFlight(registry)).every((value) => value === 0)).toBe(true);
    },
  );

  test('a frozen request is recorded', async () => {
    const { fetch, registry } = setUp(async () => new Response());

    await fetch(Object.freeze(new Request(URL)));

    expect(ended(registry)).toEqual({ 'GET (unmatched) 200': 1 });
    expect([ownErrors(registry), inFlight(registry)]).toEqual([0, { GET: 0 }]);
  });

  test('a response whose properties throw is passed on unchanged', async () => {
    const given = new Response('x');
    Object.defineProperty(given, 'body', { get: fail });
    const { fetch, registry } = setUp(async () => given, { measure: 'complete' });

    expect(await fetch(new Request(URL))).toBe(given);
    expect([ownErrors(registry), inFlight(registry)]).toEqual([1, { GET: 0 }]);
  });

  test('of 1,000 requests that end at random, in every way, none stays in flight', async () => {
    const { fetch, registry } = setUp(
      async (request: Request) => {
        const way = request.headers.get('way')!;
        if (way.includes('wait')) await new Promise((resolve) => setTimeout(resolve, 5 * Math.random()));
        if (way.includes('throw')) throw new Error('broken');
        return new Response(countedBody(3).body);
      },
      { measure: 'complete' },
    );
    const ways = ['read', 'cancel', 'abort', 'wait read', 'wait cancel', 'wait abort', 'throw', 'wait throw abort'];

    await Promise.all(
      Array.from({ length: 1000 }, async (_, i) => {
        const way = ways[i % ways.length]!;
        const left = new AbortController();
        if (way.includes('abort')) setTimeout(() => left.abort(), 6 * Math.random());
        const response = await fetch(new Request(URL, { headers: { way }, signal: left.signal })).catch(
          () => undefined,
        );
        if (way.includes('cancel')) await response?.body?.cancel();
        else if (!way.includes('abort') || i % 16 < 8) await response?.text().catch(() => undefined);
      }),
    );

    await expect.poll(() => inFlight(registry)).toEqual({ GET: 0 });
    const counts = Object.values(ended(registry));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1000);
    expect(samples(registry, 'http_oldest_request_age_seconds')).toEqual({ '': 0 });
  });

  test.each<[message: RegExp, handler: unknown, options: unknown]>([
    [/^fetchMetrics takes a handler; got/, { fetch() {} }, {}],
    [/^HTTP metrics take an object of options; got/, () => new Response(), null],
    [/^Option "path" must begin with "\/"/, () => new Response(), { path: 'metrics' }],
    [/^Option "measure" must be one of "headers", "complete"; got "body"/, () => new Response(), { measure: 'body' }],
    [
      /^HTTP instrumentation has no option "mesure"; did you mean "measure"/,
      () => new Response(),
      { mesure: 'complete' },
    ],
    [/^Option "sizes" can be "body" only with measure: "complete"/, () => new Response(), { sizes: 'body' }],
    [
      /has no option "allow"; fetch handlers do not know the address of a client$/,
      () => new Response(),
      { scrape: { allow: ['127.0.0.1'] } },
    ],
    [/^Option "maxInFlight" must be/, () => new Response(), { scrape: { maxInFlight: 0 } }],
  ])('refuses options with %s', (message, handler, options) => {
    const registry = new Registry();
    const create = () =>
      fetchMetrics(handler as FetchHandler, (options && { registry, ...options }) as FetchMetricsOptions);

    expect(create).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) }),
    );
    expect(registry.gatherSync()).toEqual([]);
  });

  test('handlers that are wrapped with equal options count in the same series', async () => {
    const registry = new Registry();
    const wrap = () => fetchMetrics(async (_: Request) => new Response(), { registry });
    const [one, two] = [wrap(), wrap()];

    await one(new Request(URL));
    await two(new Request(URL));

    expect(ended(registry)).toEqual({ 'GET (unmatched) 200': 2 });
  });
});
