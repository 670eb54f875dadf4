import { createServer, type IncomingMessage, ServerResponse } from 'node:http';
import { type ContextManager, context, ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import { formatOpenMetrics, formatText } from '@promwright/exposition';
import { Registry } from '@promwright/metrics';
import { countsIn, eventually, listening } from '@tooling/http-scenarios';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { HttpMetrics } from '../node/http-metrics.ts';
import type { HttpMetricsOptions } from '../node/http-metrics-options.ts';

type Listener = (req: IncomingMessage, res: ServerResponse) => void;

/** Starts a server that records requests with a path of a single segment under this path; all others match no route. */
async function serve<L extends string = never>(
  options: HttpMetricsOptions<IncomingMessage, ServerResponse, L> = {},
  listener: Listener = (_, res) => res.end('x'),
) {
  const registry = new Registry();
  const metrics = new HttpMetrics({ registry, ...options });
  const server = createServer((req, res) => {
    metrics.begin(req, res, ({ url = '' }) => /^\/\w+$/.exec(url)?.[0]);
    listener(req, res);
  });
  const url = `http://127.0.0.1:${await listening(server)}`;
  /** Sends a request, reads the response, and waits until the request is recorded or excluded. */
  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(url + path, init);
    const body = await response.text();
    await eventually(() => expect(Object.values(countsIn(registry).inFlight()).every((n) => n === 0)).toBe(true));
    return body;
  };
  const text = () => formatText(registry.gatherSync());
  /** Returns the lines that begin with one of these names. */
  const lines = (...names: string[]) =>
    text()
      .split('\n')
      .filter((line) => names.some((name) => line.startsWith(name)));
  return { registry, metrics, ask, url, text, lines, ...countsIn(registry) };
}

const fail = (): never => {
  throw new Error('broken');
};

describe('option convention', () => {
  test('otel uses the names and labels of the semantic conventions', async () => {
    const { ask, text, lines } = await serve({ convention: 'otel' }, (req, res) => {
      if (req.url === '/gone') res.destroy();
      else res.writeHead(req.url === '/broken' ? 503 : 200).end();
    });

    await ask('/users');
    await ask('/a/b');
    await ask('/broken');
    await ask('/gone').catch(() => undefined);

    await eventually(() =>
      expect(lines('http_server_request_duration_seconds_count')).toEqual([
        'http_server_request_duration_seconds_count{http_request_method="GET",http_route="/users",http_response_status_code="200",error_type=""} 1',
        'http_server_request_duration_seconds_count{http_request_method="GET",http_route="",http_response_status_code="200",error_type=""} 1',
        'http_server_request_duration_seconds_count{http_request_method="GET",http_route="/broken",http_response_status_code="503",error_type="503"} 1',
        'http_server_request_duration_seconds_count{http_request_method="GET",http_route="/gone",http_response_status_code="",error_type="aborted"} 1',
      ]),
    );
    expect(lines('http_server_active_requests')).toEqual(['http_server_active_requests{http_request_method="GET"} 0']);
    expect(text().match(/^# TYPE .*$/gm)).toEqual([
      '# TYPE http_server_request_duration_seconds histogram',
      '# TYPE http_server_active_requests gauge',
      '# TYPE http_oldest_request_age_seconds gauge',
      '# TYPE http_streams_active gauge',
      '# TYPE http_instrumentation_errors_total counter',
    ]);
  });

  test('both shows a request under both conventions', async () => {
    const { ask, lines } = await serve({ convention: 'both', prefix: 'my_' });

    await ask('/users');

    expect(lines('my_http_request_duration_seconds_count', 'my_http_server_request_duration_seconds_count')).toEqual([
      'my_http_request_duration_seconds_count{method="GET",route="/users",status_code="200"} 1',
      'my_http_server_request_duration_seconds_count{http_request_method="GET",http_route="/users",http_response_status_code="200",error_type=""} 1',
    ]);
    expect(lines('my_http_requests_in_flight', 'my_http_server_active_requests')).toEqual([
      'my_http_requests_in_flight{method="GET"} 0',
      'my_http_server_active_requests{http_request_method="GET"} 0',
    ]);
  });

  test('the option names replaces names', async () => {
    const { ask, lines, text } = await serve({
      counter: true,
      prefix: 'my_',
      names: { requestDuration: 'latency_seconds', requests: 'hits_total', requestsInFlight: 'busy' },
    });

    await ask('/users');

    expect(lines('my_latency_seconds_count', 'my_hits_total', 'my_busy')).toEqual(
      [
        'my_latency_seconds_count{method="GET",route="/users",status_code="200"} 1',
        'my_busy{method="GET"} 0',
        'my_hits_total{method="GET",route="/users",status_code="200"} 1',
      ].sort((a, b) => text().indexOf(a) - text().indexOf(b)),
    );
  });
});

describe('options for labels', () => {
  test('rename, omit and add labels', async () => {
    const { ask, lines } = await serve({
      convention: 'both',
      labels: { method: 'verb', route: false, status: 'code', scheme: true, protocolVersion: true },
    });

    await ask('/users');

    expect(lines('http_request_duration_seconds_count', 'http_requests_in_flight')).toEqual([
      'http_request_duration_seconds_count{verb="GET",code="200",scheme="http",protocol_version="1.1"} 1',
      'http_requests_in_flight{verb="GET",scheme="http"} 0',
    ]);
    expect(lines('http_server_request_duration_seconds_count', 'http_server_active_requests')).toEqual([
      'http_server_request_duration_seconds_count{http_request_method="GET",http_response_status_code="200",error_type="",url_scheme="http",network_protocol_version="1.1"} 1',
      'http_server_active_requests{http_request_method="GET",url_scheme="http"} 0',
    ]);
  });

  test.each<[status: HttpMetricsOptions['status'], expected: string[]]>([
    ['class', ['GET /ok 2xx', 'GET /odd 0xx']],
    [(status) => (status < 400 ? 'good' : 'bad'), ['GET /ok good', 'GET /odd bad']],
  ])('the option status shows the status as %s', async (status, expected) => {
    const { ask, ended } = await serve({ status: status! }, (req, res) => {
      res.writeHead(req.url === '/odd' ? 799 : 204).end();
    });

    await ask('/ok');
    await ask('/odd');

    expect(Object.keys(ended())).toEqual(expected);
  });

  test('unmatchedRoute: false leaves the route of unmatched requests empty', async () => {
    const { ask, ended } = await serve({ unmatchedRoute: false });

    await ask('/a/b');

    expect(ended()).toEqual({ 'GET  200': 1 });
  });

  test('known methods come from the environment if the option knownMethods is missing', async () => {
    vi.stubEnv('OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS', 'GET, REPORT');
    onTestFinished(() => void vi.unstubAllEnvs());
    const { ask, ended } = await serve();

    for (const method of ['GET', 'REPORT', 'POST']) await ask('/users', { method });

    expect(ended()).toEqual({ 'GET /users 200': 1, 'REPORT /users 200': 1, '_OTHER /users 200': 1 });
  });
});

describe('option extraLabels', () => {
  test('are on all metrics that are recorded at the end of a request', async () => {
    const { ask, lines } = await serve(
      {
        convention: 'both',
        extraLabels: {
          names: ['tenant'],
          values: ({ req, route, status, outcome }) => ({
            tenant: `${req.headers['x-tenant']} ${route} ${status} ${outcome}`,
          }),
        },
      },
      (req, res) => (req.url === '/gone' ? res.destroy() : res.end('x')),
    );

    await ask('/users', { headers: { 'X-Tenant': 'acme' } });
    await ask('/gone', { headers: { 'X-Tenant': 'acme' } }).catch(() => undefined);

    await eventually(() =>
      expect(lines('http_request_duration_seconds_count', 'http_request_aborts_total')).toEqual([
        'http_request_duration_seconds_count{method="GET",route="/users",status_code="200",tenant="acme /users 200 completed"} 1',
        'http_request_duration_seconds_count{method="GET",route="/gone",status_code="499",tenant="acme /gone 499 aborted_before_headers"} 1',
        'http_request_aborts_total{method="GET",route="/gone",tenant="acme /gone 499 aborted_before_headers",phase="before_headers"} 1',
      ]),
    );
    expect(lines('http_server_request_duration_seconds_count')).toHaveLength(2);
  });

  test.each<[title: string, values: () => never, errors: number]>([
    ['a function that throws', fail, 1],
    ['a function that returns nothing', () => undefined as never, 1],
    ['a missing value', () => ({ tier: 'gold' }) as never, 1],
    ['values that are no strings', () => ({ tenant: 5, tier: ['gold'] }) as never, 2],
  ])('are empty after %s; the error is counted', async (_, values, errors) => {
    const set = await serve({ extraLabels: { names: ['tenant', 'tier'], values } });

    expect(await set.ask('/users')).toBe('x');

    const tier = errors === 1 && values !== fail && values() !== undefined ? 'gold' : '';
    expect(set.ended()).toEqual({ [`GET /users 200  ${tier}`]: 1 });
    expect(set.errors()).toBe(errors);
  });

  test('have a limit; values beyond it become __other__', async () => {
    const { ask, ended, numbers } = await serve({
      extraLabels: { names: ['user'], values: ({ req }) => ({ user: String(req.headers['x-user']) }), limit: 2 },
    });

    for (const user of ['a', 'b', 'c', 'd', 'c', 'a']) await ask('/users', { headers: { 'X-User': user } });

    expect(ended()).toEqual({
      'GET /users 200 a': 2,
      'GET /users 200 b': 1,
      'GET /users 200 __other__': 3,
    });
    expect(numbers('promwright_label_overflow_total')).toEqual({ 'http_request_duration_seconds user': 3 });
  });

  test('cannot have the names of other labels', () => {
    const create = () =>
      new HttpMetrics({ registry: new Registry(), extraLabels: { names: ['route'], values: () => ({ route: '' }) } });

    expect(create).toThrow('route');
  });
});

test('skipRecord excludes a request at its end', async () => {
  const { ask, ended, errors } = await serve({
    skipRecord: ({ route, status, durationSeconds }) =>
      route === '/fail' ? fail() : route === '/probe' && status === 200 && durationSeconds < 60,
  });

  for (const path of ['/probe', '/users', '/fail']) await ask(path);

  expect(ended()).toEqual({ 'GET /users 200': 1, 'GET /fail 200': 1 });
  expect(errors()).toBe(1);
});

test('optional metrics are not shown by default', async () => {
  const { ask, text } = await serve({ inFlight: false, streams: 'lifetime' });

  await ask('/users');

  await eventually(() =>
    expect(text().match(/^# TYPE .*$/gm)).toEqual([
      '# TYPE http_request_duration_seconds histogram',
      '# TYPE http_instrumentation_errors_total counter',
    ]),
  );
});

test('the counter equals the count of the histogram', async () => {
  const { ask, numbers, ended } = await serve({ counter: true });

  for (const path of ['/users', '/users', '/a/b']) await ask(path);

  expect(numbers('http_requests_total')).toEqual({ 'GET /users 200': 2, 'GET (unmatched) 200': 1 });
  expect(numbers('http_requests_total')).toEqual(ended());
});

test('the option native adds native buckets to the durations', async () => {
  const { ask, registry } = await serve({ native: true, buckets: [1, 2] });

  await ask('/users');

  const [family] = registry.gatherSync({ names: ['http_request_duration_seconds'] });
  expect([...family!.rows()]).toEqual([
    expect.objectContaining({ count: 1, native: expect.objectContaining({ schema: 3 }) }),
  ]);
});

test('the option timeToHeaders adds a histogram', async () => {
  const { ask, numbers } = await serve({ timeToHeaders: true }, (_, res) => {
    setTimeout(() => res.write('x'), 20);
    setTimeout(() => res.end(), 120);
  });

  await ask('/slow');

  const toHeaders = numbers('http_request_time_to_headers_seconds_sum')['GET /slow 200']!;
  const duration = numbers('http_request_duration_seconds_sum')['GET /slow 200']!;
  expect(toHeaders).toBeGreaterThan(0.015);
  expect(duration - toHeaders).toBeGreaterThan(0.08);
});

describe('event streams', () => {
  const stream =
    (how: 'setHeader' | 'writeHead' | 'array'): Listener =>
    (_, res) => {
      if (how === 'setHeader') res.setHeader('Content-Type', 'text/event-stream; charset=utf-8');
      if (how === 'writeHead') res.writeHead(200, { 'CONTENT-TYPE': 'text/event-stream' });
      if (how === 'array') res.writeHead(200, 'Fine', ['X-A', 'b', 'content-type', 'text/event-stream'] as never);
      res.write('data: 1\n\n');
      setTimeout(() => res.end(), 150);
    };

  test.each(['setHeader', 'writeHead', 'array'] as const)(
    'are recorded separately: their duration is the time to the headers, their lifetime has a histogram (%s)',
    async (how) => {
      const { url, numbers, inFlight } = await serve({}, stream(how));
      const response = await fetch(`${url}/events`);
      expect(numbers('http_streams_active')).toEqual({ '': 1 });
      expect(inFlight()).toEqual({ GET: 1 });

      await response.text();

      await eventually(() => expect(numbers('http_stream_duration_seconds_count')).toEqual({ 'GET /events 200': 1 }));
      expect(numbers('http_stream_duration_seconds_sum')['GET /events 200']).toBeGreaterThan(0.13);
      expect(numbers('http_request_duration_seconds_sum')['GET /events 200']).toBeLessThan(0.13);
      expect(numbers('http_request_duration_seconds_count')).toEqual({ 'GET /events 200': 1 });
      expect(numbers('http_streams_active')).toEqual({ '': 0 });
    },
  );

  test('a client that leaves ends and aborts an event stream', async () => {
    const { url, numbers, aborts } = await serve({}, (_, res) => {
      res.writeHead(200, { 'Content-Type': 'text/event-stream' });
      res.write('data: 1\n\n');
    });
    const abort = new AbortController();
    await fetch(`${url}/events`, { signal: abort.signal });

    abort.abort();

    await eventually(() => expect(numbers('http_stream_duration_seconds_count')).toEqual({ 'GET /events 200': 1 }));
    expect(aborts()).toEqual({ 'GET /events mid_response': 1 });
    expect(numbers('http_streams_active')).toEqual({ '': 0 });
  });

  test('streams: headers records only the time to the headers; lifetime makes no exception', async () => {
    const headers = await serve({ streams: 'headers' }, stream('setHeader'));
    const lifetime = await serve({ streams: 'lifetime' }, stream('setHeader'));

    await headers.ask('/events');
    await lifetime.ask('/events');

    expect(headers.numbers('http_request_duration_seconds_sum')['GET /events 200']).toBeLessThan(0.13);
    expect(lifetime.numbers('http_request_duration_seconds_sum')['GET /events 200']).toBeGreaterThan(0.13);
    for (const { text } of [headers, lifetime]) expect(text()).not.toContain('http_stream');
  });

  test('an adapter can declare a response a stream', async () => {
    const set = await serve({}, (_, res) => {
      set.metrics.streamBegan(res);
      res.end('x');
    });

    await set.ask('/poll');

    expect(set.numbers('http_stream_duration_seconds_count')).toEqual({ 'GET /poll 200': 1 });
  });
});

describe('option sizes', () => {
  const answer: Listener = (req, res) => {
    req.resume();
    req.on('end', () => {
      if (req.url === '/length') res.setHeader('Content-Length', 5).end('12345');
      else if (req.url === '/chunked') {
        res.write('123');
        res.write(Buffer.from('4567'));
        res.end('é', 'utf8');
      } else res.writeHead(304).end();
    });
  };
  const post = { method: 'POST', body: 'ten bytes!' };

  test.each<[sizes: 'header' | 'body', path: string, request: number | undefined, response: number | undefined]>([
    ['header', '/length', 10, 5],
    ['header', '/chunked', 10, undefined],
    ['header', '/none', 10, 0],
    ['body', '/length', 10, 5],
    ['body', '/chunked', 10, 9],
    ['body', '/none', 10, 0],
  ])('by %s, of a response at %s', async (sizes, path, request, response) => {
    const { ask, numbers } = await serve({ sizes }, answer);

    await ask(path, post);

    expect(Object.values(numbers('http_request_size_bytes_sum'))).toEqual([request]);
    expect(Object.values(numbers('http_response_size_bytes_sum'))).toEqual([response ?? 0]);
    expect(Object.values(numbers('http_response_size_bytes_count'))).toEqual([response === undefined ? 0 : 1]);
  });

  test('cannot be the bytes of the socket, which has the bytes of other requests too', () => {
    expect(() => new HttpMetrics({ registry: new Registry(), sizes: 'socket' as 'body' })).toThrow(
      'Option "sizes" must be one of false, "header", "body"; got "socket"',
    );
  });

  test.each(['1e308', '-1', '9'.repeat(16), 'abc'])('a Content-Length of %s is not recorded', async (length) => {
    const { ask, numbers } = await serve({ sizes: 'header' }, (req, res) => {
      req.headers['content-length'] = length;
      res.end();
    });

    await ask('/users');

    expect(Object.values(numbers('http_request_size_bytes_count'))).toEqual([0]);
  });
});

describe('option exemplar', () => {
  const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
  const SPAN = '00f067aa0ba902b7';
  const exemplars = (registry: Registry) => formatOpenMetrics(registry.gatherSync()).match(/# \{[^}]*\}/g) ?? [];
  const SHOWN = [`# {trace_id="${TRACE}",span_id="${SPAN}"}`];

  test.each<[traceparent: string, shown: string[]]>([
    [`00-${TRACE}-${SPAN}-01`, SHOWN],
    [`cc-${TRACE}-${SPAN}-09-more`, SHOWN],
    [`00-${TRACE}-${SPAN}-00`, []],
    [`00-${TRACE}-${SPAN}-01-more`, []],
    [`ff-${TRACE}-${SPAN}-01`, []],
    [`00-${'0'.repeat(32)}-${SPAN}-01`, []],
    [`00-${TRACE}-${'0'.repeat(16)}-01`, []],
    [`00-${TRACE.toUpperCase()}-${SPAN}-01`, []],
    ['00-"} 1\u00ff-01', []],
  ])('reads the header traceparent %s', async (traceparent, shown) => {
    const { ask, registry, ended } = await serve();

    await ask('/users', { headers: { traceparent } });

    expect(ended()).toEqual({ 'GET /users 200': 1 });
    expect(exemplars(registry)).toEqual(shown);
  });

  test('reads the header of a simulated request that has no raw headers', () => {
    const registry = new Registry();
    const req = { method: 'GET', url: '/', httpVersionMajor: 1, headers: { traceparent: `00-${TRACE}-${SPAN}-01` } };
    const res = new ServerResponse(req as unknown as IncomingMessage);

    new HttpMetrics({ registry }).begin(req as unknown as IncomingMessage, res);
    res.emit('finish');

    expect(exemplars(registry)).toEqual(SHOWN);
  });

  test.each([
    [TraceFlags.SAMPLED, SHOWN],
    [TraceFlags.NONE, []],
  ])('reads the active span of OpenTelemetry, with flags %d', async (traceFlags, shown) => {
    const active = trace.setSpanContext(ROOT_CONTEXT, { traceId: TRACE, spanId: SPAN, traceFlags });
    const manager: ContextManager = {
      active: () => active,
      with: (_, fn, self, ...args) => fn.apply(self as never, args),
      bind: (_, target) => target,
      enable: () => manager,
      disable: () => manager,
    };
    context.setGlobalContextManager(manager);
    onTestFinished(() => context.disable());
    const { ask, registry } = await serve();

    await ask('/users', { headers: { traceparent: `00-${'1'.repeat(32)}-${SPAN}-01` } });

    expect(exemplars(registry)).toEqual(shown);
  });

  test('calls a function, whose errors lose only the exemplar', async () => {
    const { ask, registry, ended, errors, lines } = await serve({
      exemplar: (req) =>
        req.url === '/fail' ? fail() : req.url === '/long' ? { id: 'x'.repeat(200) } : { order_id: '42' },
    });

    for (const path of ['/users', '/fail', '/long']) await ask(path);

    expect(ended()).toEqual({ 'GET /users 200': 1, 'GET /fail 200': 1, 'GET /long 200': 1 });
    expect(exemplars(registry)).toEqual(['# {order_id="42"}']);
    expect(errors()).toBe(1);
    expect(lines('promwright_invalid_observations_total')).toEqual([
      'promwright_invalid_observations_total{metric="http_request_duration_seconds"} 1',
    ]);
  });

  test('can be turned off', async () => {
    const { ask, registry } = await serve({ exemplar: false });

    await ask('/users', { headers: { traceparent: `00-${TRACE}-${SPAN}-01` } });

    expect(exemplars(registry)).toEqual([]);
  });
});

describe('the age of the oldest request', () => {
  test('is the age of the request that began first, whichever object records it', async () => {
    const held: ServerResponse[] = [];
    const registry = new Registry();
    const first = await serve({ registry }, (_, res) => void held.push(res));
    const second = await serve({ registry }, (_, res) => void held.push(res));
    const { numbers } = countsIn(registry);
    const age = () => numbers('http_oldest_request_age_seconds')['']!;
    expect(age()).toBe(0);
    const answers = [fetch(`${first.url}/a`)];
    await eventually(() => expect(held).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 60));
    answers.push(fetch(`${second.url}/b`));
    await eventually(() => expect(held).toHaveLength(2));
    const both = age();

    held[0]!.end();
    await (await answers[0]!).text();
    await eventually(() => expect(age()).toBeLessThan(both));
    const younger = age();
    held[1]!.end();
    await (await answers[1]!).text();

    expect(both).toBeGreaterThan(0.05);
    expect(younger).toBeGreaterThan(0);
    await eventually(() => expect(age()).toBe(0));
  });
});

test.each<[options: unknown, message: string]>([
  [
    { convention: 'opentelemetry' },
    'Option "convention" must be one of "prometheus", "otel", "both"; got "opentelemetry"',
  ],
  [{ sizes: true }, 'Option "sizes" must be one of false, "header", "body"; got true'],
  [{ streams: 'apart' }, 'Option "streams" must be one of "separate", "lifetime", "headers"; got "apart"'],
  [{ exemplar: true }, 'Option "exemplar" must be one of "auto", false; got true'],
  [{ status: 'family' }, 'Option "status" must be "code", "class" or a function; got "family"'],
  [{ counter: 1 }, 'Option "counter" must be true or false; got 1'],
  [{ names: { latency: 'x' } }, /^Option "names" knows requestDuration, .*; got "latency"$/ as never],
  [{ names: { requests: 5 } }, 'Option "names.requests" must be a string; got 5'],
  [{ labels: { method: 5 } }, 'Option "labels.method" must be the name of a label or false; got 5'],
  [{ labels: { scheme: 'https' } }, 'Option "labels.scheme" must be true or false; got "https"'],
  [{ extraLabels: { names: 'tenant' } }, 'Option "extraLabels.names" must be an array of label names; got "tenant"'],
  [{ extraLabels: { names: ['tenant'] } }, 'Option "extraLabels.values" must be a function; got undefined'],
  [
    { extraLabels: { names: ['tenant'], values: fail, limit: 0 } },
    'Option "extraLabels.limit" must be an integer from 1 on, or Infinity; got 0',
  ],
  [{ skips: [] }, 'HTTP instrumentation has no option "skips"; did you mean "skip"?'],
  [{ metricsPath: '/m' }, 'HTTP instrumentation has no option "metricsPath"; use "path"'],
  [{ labels: { code: 'x' } }, /^labels has no option "code"; its options are method, route, status,/ as never],
  [{ skipRecord: [] }, 'Option "skipRecord" must be a function; got an array of 0'],
])('options: refuses %j before anything is registered', (options, message) => {
  const registry = new Registry();

  const create = () => new HttpMetrics({ registry, ...(options as object) });

  expect(create).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTION',
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    }),
  );
  expect(registry.gatherSync()).toEqual([]);
});

test('options: an invalid name leaves the registry unchanged', () => {
  const registry = new Registry();

  const create = () => new HttpMetrics({ registry, names: { instrumentationErrors: 'not a name' } });

  expect(create).toThrow(expect.objectContaining({ code: 'INVALID_NAME' }));
  expect(registry.gatherSync()).toEqual([]);
  expect(() => new HttpMetrics({ registry })).not.toThrow();
});
