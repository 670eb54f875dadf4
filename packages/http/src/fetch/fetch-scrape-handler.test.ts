import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { formatOpenMetrics, formatText } from '@promwright/exposition';
import { defaultRegistry, Gauge } from '@promwright/metrics';
import type { Gatherer } from '@promwright/model';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { registryOf } from '../../test/scrape-server.ts';
import { type FetchScrapeOptions, fetchScrapeHandler } from '../fetch.ts';

const URL = 'http://shop.example/metrics';
const TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** Series for more than one chunk, so that the body is generated as it is read. */
const LARGE = 20_000;

/** Creates a gatherer that resolves on demand. */
function slowGatherer() {
  const open: (() => void)[] = [];
  const seen = { gathers: 0, aborted: 0 };
  const gatherer: Gatherer = {
    gather({ signal } = {}) {
      seen.gathers++;
      signal?.addEventListener('abort', () => seen.aborted++);
      return new Promise((resolve) => open.push(() => resolve(registryOf(1).gather())));
    },
  };
  const answer = () => {
    for (const resolve of open.splice(0)) resolve();
  };
  return { gatherer, seen, answer };
}

const get = (headers: Record<string, string> = {}, init: RequestInit = {}) => new Request(URL, { headers, ...init });
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

/** Scrape that does not wait long enough for the place of an idle client. */
const HURRIED = { 'X-Prometheus-Scrape-Timeout-Seconds': '0.2' };

describe('fetchScrapeHandler', () => {
  test('shows the default registry at the time of the scrape', async () => {
    const scrape = fetchScrapeHandler();
    const gauge = new Gauge({ name: 'fetch_scrape_test', help: 'Only here.' });
    onTestFinished(() => void defaultRegistry.unregister(gauge));
    gauge.set(7);

    const response = await scrape(get());

    const body = '# HELP fetch_scrape_test Only here.\n# TYPE fetch_scrape_test gauge\nfetch_scrape_test 7\n';
    expect(await response.text()).toBe(body);
    expect([response.status, Object.fromEntries(response.headers)]).toEqual([
      200,
      {
        'content-type': TEXT,
        'content-length': String(body.length),
        vary: 'Accept, Accept-Encoding',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      },
    ]);
  });

  test.each<
    [series: number, acceptEncoding: string, compression: FetchScrapeOptions['compression'], coding: string | null]
  >([
    [0, 'gzip', undefined, null],
    [3, 'gzip', undefined, null],
    [3, 'gzip, identity;q=0', undefined, 'gzip'],
    [300, 'gzip', undefined, 'gzip'],
    [300, 'zstd, gzip;q=0.5', undefined, 'gzip'],
    [300, '', undefined, null],
    [300, 'gzip;q=0', undefined, null],
    [300, 'gzip', false, null],
    [300, 'gzip', ['zstd'], null],
    [LARGE, 'gzip', undefined, 'gzip'],
    [LARGE, 'identity', undefined, null],
  ])(
    'sends %i series to Accept-Encoding %j, with compression %j, as %j',
    async (series, acceptEncoding, compression, coding) => {
      const gatherer = registryOf(series);
      const scrape = fetchScrapeHandler({ gatherer, ...(compression !== undefined && { compression }) });

      const response = await scrape(get({ 'Accept-Encoding': acceptEncoding }));

      const body = await bytesOf(response);
      expect(response.headers.get('content-encoding')).toBe(coding);
      expect((coding === null ? body : gunzipSync(body)).toString()).toBe(formatText(await gatherer.gather()));
      const length = response.headers.get('content-length');
      expect(length).toBe(series === LARGE ? null : String(body.length));
    },
  );

  test('leaves compression to the server of Next.js, which would compress a second time', async () => {
    const gatherer = registryOf(300);
    const request = Object.assign(get({ 'Accept-Encoding': 'gzip' }), { nextUrl: {} });

    const response = await fetchScrapeHandler({ gatherer })(request);

    expect(response.headers.get('content-encoding')).toBeNull();
    expect(await response.text()).toBe(formatText(await gatherer.gather()));
  });

  test('serves OpenMetrics to a client that prefers it', async () => {
    const gatherer = registryOf(2);

    const response = await fetchScrapeHandler({ gatherer })(
      get({ Accept: 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2' }),
    );

    expect(response.headers.get('content-type')).toMatch(/^application\/openmetrics-text; version=1\.0\.0;/);
    expect(await response.text()).toBe(formatOpenMetrics(await gatherer.gather()));
  });

  test('name[] in the query selects families, at most 100', async () => {
    const registry = registryOf(1);
    new Gauge({ name: 'other', help: 'Other.', registry }).set(1);
    const scrape = fetchScrapeHandler({ gatherer: registry, maxInFlight: 5 });
    const ask = (query: string) => scrape(new Request(`${URL}?${query}`));

    const answers = await Promise.all(
      ['name[]=other', 'name%5B%5D=other&x', 'name[]=other#x', 'name[]=none', 'name[]=a&'.repeat(101)].map(ask),
    );

    const other = '# HELP other Other.\n# TYPE other gauge\nother 1\n';
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 400]);
    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual([
      other,
      other,
      other,
      '',
      'A scrape takes at most 100 parameters name[]; got 101\n',
    ]);
  });

  test('responds to HEAD without gathering and without a body, refused or not, and refuses other methods', async () => {
    const { gatherer, seen } = slowGatherer();
    const open = fetchScrapeHandler({ gatherer });
    const closed = fetchScrapeHandler({ gatherer, auth: { bearer: 'secret' } });

    const answers = [
      await open(get({}, { method: 'HEAD' })),
      await closed(get({}, { method: 'HEAD' })),
      await open(get({}, { method: 'POST', body: 'x' })),
      await open(get({}, { method: 'PURGE' })),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 401, 405, 405]);
    expect(answers.map(({ body }) => body === null)).toEqual([true, true, false, false]);
    expect(answers[0]!.headers.get('content-type')).toBe(TEXT);
    expect(answers[2]!.headers.get('allow')).toBe('GET, HEAD');
    expect(seen.gathers).toBe(0);
  });

  test.each<[auth: NonNullable<FetchScrapeOptions['auth']>, authorization: string, status: number]>([
    [{ bearer: 'secret' }, 'Bearer secret', 200],
    [{ bearer: 'secret' }, 'bearer secret', 200],
    [{ bearer: 'secret' }, 'Bearer secret2', 401],
    [{ bearer: 'secret' }, `Bearer ${'s'.repeat(100_000)}`, 401],
    [{ bearer: 'secret' }, 'Bearer', 401],
    [{ bearer: 'secret' }, '', 401],
    [{ basic: { user: 'prom', password: 'ä:b' } }, `Basic ${Buffer.from('prom:ä:b').toString('base64')}`, 200],
    [{ basic: { user: 'prom', password: 'x' } }, 'Basic %%%', 401],
    [(request) => request.headers.get('authorization') === 'me', 'me', 200],
    [async (request) => request.headers.get('authorization') === 'me', 'you', 401],
    [
      () => {
        throw new Error('broken');
      },
      'me',
      401,
    ],
  ])('auth %j responds to %.40j with status %i', async (auth, authorization, status) => {
    const scrape = fetchScrapeHandler({ gatherer: registryOf(1), auth });

    const response = await scrape(get({ Authorization: authorization }));

    expect(response.status).toBe(status);
  });

  test.each(['*/*', '', ';;;,,,', 'application/openmetrics-text;q=2;version=9', '\x80\xff', 'a,'.repeat(50_000)])(
    'serves the text format for the header Accept %.30j',
    async (accept) => {
      const response = await fetchScrapeHandler({ gatherer: registryOf(1) })(
        get({ Accept: accept, 'Accept-Encoding': accept, 'X-Prometheus-Scrape-Timeout-Seconds': accept }),
      );

      expect([response.status, response.headers.get('content-type')]).toEqual([200, TEXT]);
    },
  );

  test('overlapping scrapes share one gathering, and scrapes above maxInFlight get status 503', async () => {
    const { gatherer, seen, answer } = slowGatherer();
    const scrape = fetchScrapeHandler({ gatherer, maxInFlight: 2 });

    const all = [scrape(get()), scrape(get()), scrape(get())];
    const refused = await Promise.race(all);
    const allowed = all.slice(0, 2);
    answer();
    const bodies = await Promise.all(allowed.map(async (response) => (await response).text()));

    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(bodies[0]).toContain('jobs_total');
    expect(bodies[1]).toBe(bodies[0]);
    expect(seen.gathers).toBe(1);
  });

  /** Ways in which the reading of a large body ends. */
  const ways: [how: string, finish: (response: Response, left: AbortController) => Promise<unknown>][] = [
    ['was read', (response) => response.arrayBuffer()],
    ['was cancelled unread', (response) => response.body!.cancel()],
    [
      'was cancelled in the middle',
      async (response) => {
        const reader = response.body!.getReader();
        await reader.read();
        await reader.cancel('enough');
      },
    ],
    ['was aborted by the client', async (_response, left) => left.abort()],
  ];

  test.each(ways.flatMap(([how, finish]) => ['gzip', 'identity'].map((coding) => [how, coding, finish] as const)))(
    'releases a place of maxInFlight when the body %s, sent as %s',
    async (_how, coding, finish) => {
      const scrape = fetchScrapeHandler({ gatherer: registryOf(LARGE), maxInFlight: 1 });
      const left = new AbortController();
      const ask = () => scrape(get({ 'Accept-Encoding': coding }, { signal: left.signal }));

      const first = await ask();
      const meanwhile = await scrape(get(HURRIED));
      await finish(first, left);

      expect([first.status, meanwhile.status]).toEqual([200, 503]);
      await expect
        .poll(async () => {
          const again = await scrape(get(HURRIED));
          await again.body?.cancel();
          return again.status;
        })
        .toBe(200);
    },
  );

  test('a body of an aborted request does not end normally', async () => {
    const left = new AbortController();
    const scrape = fetchScrapeHandler({ gatherer: registryOf(LARGE) });

    const response = await scrape(get({}, { signal: left.signal }));
    left.abort();

    await expect(response.text()).rejects.toThrow('aborted');
  });

  test('a body that nobody reads releases its place after a minute, and does not end normally', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const scrape = fetchScrapeHandler({ gatherer: registryOf(LARGE), maxInFlight: 1 });

    const abandoned = await scrape(get());
    vi.advanceTimersByTime(60_000);
    vi.useRealTimers();
    await delay(1);
    const after = await scrape(get(HURRIED));
    await after.body!.cancel();

    expect(after.status).toBe(200);
    await expect(abandoned.text()).rejects.toThrow('The client did not read the body in time');
  });

  test('a large body is generated as it is read', async () => {
    const scrape = fetchScrapeHandler({ gatherer: registryOf(3 * LARGE) });

    const reader = (await scrape(get())).body!.getReader();
    const sizes: number[] = [];
    for (let next = await reader.read(); !next.done; next = await reader.read()) sizes.push(next.value.length);

    expect(sizes.length).toBeGreaterThan(2);
  });

  test('a reader that changes or transfers the bytes does not change a later page', async () => {
    const gatherer = registryOf(LARGE);
    const scrape = fetchScrapeHandler({ gatherer });
    for await (const chunk of (await scrape(get())).body!) structuredClone(chunk.fill(0), { transfer: [chunk.buffer] });

    const page = await (await scrape(get())).text();

    expect(page === formatText(await gatherer.gather())).toBe(true);
  });

  test('aborts the gathering when the client leaves', async () => {
    const { gatherer, seen, answer } = slowGatherer();
    const left = new AbortController();

    const answered = fetchScrapeHandler({ gatherer })(get({}, { signal: left.signal }));
    await delay(1);
    left.abort();
    const { status } = await answered;
    answer();

    expect([status, seen]).toEqual([500, { gathers: 1, aborted: 1 }]);
  });

  test('takes no longer than Prometheus announces to wait', async () => {
    const { gatherer } = slowGatherer();

    const response = await fetchScrapeHandler({ gatherer })(get({ 'X-Prometheus-Scrape-Timeout-Seconds': '0.02' }));

    expect(response.status).toBe(503);
  });

  test('responds with the message of a failed gatherer', async () => {
    const gatherer: Gatherer = { gather: () => Promise.reject(new Error('out of order')) };

    const response = await fetchScrapeHandler({ gatherer })(get());

    expect([response.status, await response.text()]).toEqual([
      500,
      'The metrics could not be gathered: out of order\n',
    ]);
  });

  test.each<[message: RegExp, options: unknown]>([
    [/has no option "allow"; fetch handlers do not know the address of a client$/, { allow: ['127.0.0.1'] }],
    [/^fetchScrapeHandler takes an object of options; got/, null],
    [/^Option "compression" must be false or an array/, { compression: ['br'] }],
  ])('refuses options with %s', (message, options) => {
    expect(() => fetchScrapeHandler(options as FetchScrapeOptions)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) }),
    );
  });
});
