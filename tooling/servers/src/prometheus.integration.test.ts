import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type PrometheusServer, type PrometheusVersion, startPrometheus, type Target } from './prometheus.ts';

interface Page {
  readonly type: string;
  readonly body: string | Uint8Array;
}

/** Program to scrape. */
class App {
  readonly #server: Server;
  /** Accept header of the last scrape of a path. */
  readonly accepted = new Map<string, string | undefined>();

  static async start(pages: Readonly<Record<string, Page>>): Promise<App> {
    const app = new App(pages);
    await once(app.#server.listen(0, '127.0.0.1'), 'listening');
    return app;
  }

  private constructor(pages: Readonly<Record<string, Page>>) {
    this.#server = createServer(({ url: path = '', headers }, response) => {
      this.accepted.set(path, headers.accept);
      const page = pages[path];
      if (page) response.writeHead(200, { 'content-type': page.type }).end(page.body);
      else response.writeHead(404).end();
    });
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

const contentTypes = {
  text: 'text/plain; version=0.0.4',
  openMetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  protobuf: 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
};

/** Encodes a length-delimited field of a protobuf message. Key and length fit into one byte each. */
function field(number: number, value: Uint8Array | string): Uint8Array {
  const bytes = Buffer.from(value);
  return Uint8Array.of((number << 3) | 2, bytes.length, ...bytes);
}

/** Encodes a protobuf family with a native histogram: 1 observation up to 1 and 2 observations up to 2, with the sum 4.5. */
function nativeHistogramPage(): Uint8Array {
  const sum = Buffer.alloc(8);
  sum.writeDoubleLE(4.5);
  const histogram = Buffer.concat([
    Uint8Array.of(0x08, 3), // sample_count
    Uint8Array.of(0x11, ...sum), // sample_sum
    Uint8Array.of(0x28, 0), // schema: a bucket's limits are powers of 2
    field(12, Uint8Array.of(0x08, 0, 0x10, 2)), // positive_span: 2 buckets, the first bucket ends at 1
    field(13, Uint8Array.of(2, 2)), // positive_delta in zigzag: 1 more than zero, then 1 more than the first bucket
  ]);
  const metric = field(7, histogram);
  const family = Buffer.concat([field(1, 'app_wait_native'), Uint8Array.of(0x18, 4), field(4, metric)]);
  return Uint8Array.of(family.length, ...family);
}

const created = Math.floor(Date.now() / 1000) - 60;
const pages = {
  '/metrics': {
    type: contentTypes.openMetrics,
    body: `# TYPE app_jobs counter
# HELP app_jobs Jobs done.
app_jobs_total{queue="mail"} 3 # {trace_id="abc"} 2.5 ${created + 30}
app_jobs_created{queue="mail"} ${created}
# TYPE app_wait_seconds gauge
# UNIT app_wait_seconds seconds
# HELP app_wait_seconds Waiting.
app_wait_seconds 4.5
# TYPE app_limit gauge
# HELP app_limit The limit.
app_limit{of="nothing"} NaN
app_limit{of="most"} +Inf
app_limit{of="least"} -Inf
# EOF
`,
  },
  '/native': { type: contentTypes.protobuf, body: nativeHistogramPage() },
  '/late': { type: contentTypes.text, body: 'app_late 1\n' },
  '/later': { type: contentTypes.text, body: 'app_later 2\n' },
};

let app: App;
const started = new Map<PrometheusVersion, PrometheusServer>();
const prometheusOf = (version: PrometheusVersion) => started.get(version)!;

beforeAll(async () => {
  app = await App.start(pages);
  const targets = [
    { address: app.address, job: 'app', labels: { zone: 'a' } },
    { address: app.address, job: 'native', metricsPath: '/native' },
    { address: app.address, job: 'absent', metricsPath: '/absent' },
  ];
  const text = { address: app.address, job: 'text', metricsPath: '/text' };
  const scrapeProtocols = ['PrometheusText0.0.4', 'OpenMetricsText1.0.0'] as const;
  const start = async (version: PrometheusVersion, ...others: readonly Target[]) => {
    started.set(version, await startPrometheus({ version, targets: [...targets, ...others] }));
  };
  await Promise.all([start('2.42'), start('3', { ...text, scrapeProtocols })]);
});

afterAll(async () => {
  await Promise.all([app.stop(), ...[...started.values()].map((server) => server.stop())]);
});

describe.each(['2.42', '3'] as const)('Prometheus %s', (version) => {
  test('reports its version', () => {
    expect(prometheusOf(version).version).toMatch(version === '3' ? /^3\.\d+\.\d+/ : /^2\.\d+\.\d+/);
  });

  test('stores the samples of a target with the labels of the target', async () => {
    const samples = await prometheusOf(version).until('app_jobs_total == 3');

    expect(samples).toEqual([
      {
        labels: { __name__: 'app_jobs_total', instance: app.address, job: 'app', queue: 'mail', zone: 'a' },
        timestamp: expect.any(Number),
        value: 3,
      },
    ]);
  });

  test('returns NaN and infinities', async () => {
    const samples = await prometheusOf(version).until('app_limit', (found) => found.length === 3);

    const values = Object.fromEntries(samples.map(({ labels, value }) => [labels.of, value]));
    expect(values).toEqual({
      nothing: Number.NaN,
      most: Number.POSITIVE_INFINITY,
      least: Number.NEGATIVE_INFINITY,
    });
  });

  test('evaluates an expression at a given time and over a range', async () => {
    const prometheus = prometheusOf(version);

    expect(await prometheus.query('time() * 2', { time: 100 })).toEqual([{ labels: {}, timestamp: 100, value: 200 }]);
    expect(await prometheus.queryRange('vector(time())', { start: 100, end: 102, step: 2 })).toEqual([
      {
        labels: {},
        points: [
          { timestamp: 100, value: 100 },
          { timestamp: 102, value: 102 },
        ],
      },
    ]);
  });

  test('keeps exemplars', async () => {
    const prometheus = prometheusOf(version);
    await prometheus.until('app_jobs_total');

    const [series] = await prometheus.queryExemplars('app_jobs_total');

    expect(series?.seriesLabels).toMatchObject({ __name__: 'app_jobs_total', queue: 'mail' });
    expect(series?.exemplars).toEqual([{ labels: { trace_id: 'abc' }, value: 2.5, timestamp: created + 30 }]);
  });

  test('returns native histograms', async () => {
    const [sample] = await prometheusOf(version).until('app_wait_native');

    expect(sample).toEqual({
      labels: { __name__: 'app_wait_native', instance: app.address, job: 'native' },
      timestamp: expect.any(Number),
      histogram: {
        count: 3,
        sum: 4.5,
        buckets: [
          { lower: 0.5, upper: 1, count: 1 },
          { lower: 1, upper: 2, count: 2 },
        ],
      },
    });
  });

  test('returns type, help and unit of scraped families', async () => {
    const prometheus = prometheusOf(version);
    await prometheus.until('app_jobs_total');

    expect(await prometheus.metadata('app_wait_seconds')).toEqual({
      app_wait_seconds: [{ type: 'gauge', help: 'Waiting.', unit: 'seconds' }],
    });
    expect(Object.keys(await prometheus.metadata())).toContain('app_limit');
  });

  test('reports the error of a scrape', async () => {
    const prometheus = prometheusOf(version);
    await prometheus.until('up{job="absent"} == 0');
    const reason = 'server returned HTTP status 404 Not Found';

    expect(await prometheus.lastScrapeError()).toBe(reason);
    expect(await prometheus.lastScrapeError('absent')).toBe(reason);
    expect(await prometheus.lastScrapeError('app')).toBeUndefined();
    expect(await prometheus.targets()).toContainEqual({
      job: 'absent',
      url: `http://${app.address}/absent`,
      labels: { instance: app.address, job: 'absent' },
      health: 'down',
      lastError: reason,
    });
  });

  test('rejects with the reason for an invalid expression', async () => {
    await expect(prometheusOf(version).query('sum(')).rejects.toThrow(/must succeed; got 400 .*parse error/);
    await expect(prometheusOf(version).query('up[1m]')).rejects.toThrow(
      'Query "up[1m]" must return a vector or a scalar; got a matrix',
    );
  });

  test('until rejects with the last result and the targets after its timeout', async () => {
    const waiting = prometheusOf(version).until('vector(1) > 0', () => false, { timeoutMs: 10 });

    await expect(waiting).rejects.toThrow(/"value":1.*targets:\n.*http:\/\/127\.0\.0\.1:\d+\/metrics/s);
  });

  test('ends when stopped, also when stopped twice', async () => {
    const prometheus = await startPrometheus({ version });

    await Promise.all([prometheus.stop(), prometheus.stop()]);

    await expect(prometheus.query('up')).rejects.toThrow('did not respond');
  });

  test('adds settings to every scrape configuration', async () => {
    const prometheus = await startPrometheus({ version, extraScrapeConfig: { scrape_interval: '1h' } });
    onTestFinished(() => prometheus.stop());

    const response = await fetch(`${prometheus.url}/api/v1/status/config`);

    expect(await response.text()).toContain('scrape_interval: 1h');
  });

  test('startPrometheus rejects with the log for an unknown flag', async () => {
    await expect(startPrometheus({ version, extraFlags: ['--no-such-flag'] })).rejects.toThrow(
      /ended with exit code \d+ before it was ready.*no-such-flag/s,
    );
  });
});

describe('Prometheus 3', () => {
  test('stores the creation time of a counter as a sample of zero', async () => {
    const prometheus = prometheusOf('3');
    await prometheus.until('app_jobs_total');

    const [series] = await prometheus.querySamples('app_jobs_total[1h]');

    expect(series?.points[0]).toEqual({ timestamp: created, value: 0 });
  });

  test('scrapes a target with the configured scrape protocols', async () => {
    await prometheusOf('3').until('up{job="text"}');

    expect(app.accepted.get('/text')).toMatch(/^text\/plain;version=0\.0\.4.*,application\/openmetrics-text;version=1/);
    expect(app.accepted.get('/metrics')).toMatch(/^application\/vnd\.google\.protobuf/);
  });
});

// Both versions at once, because each waits for its next reading of the targets.
test('Prometheus scrapes targets added while it is running', async () => {
  const late = { address: app.address, job: 'late', metricsPath: '/late' };
  const later = { address: app.address, metricsPath: '/later' };
  const isScraped = async (version: PrometheusVersion) => {
    await prometheusOf(version).until('app_late{job="late"} == 1');
    await prometheusOf(version).until('app_later{job="test"} == 2');
  };

  await Promise.all([
    prometheusOf('2.42').addTargets(late),
    prometheusOf('2.42').addTargets(later),
    prometheusOf('3').addTargets(late),
    prometheusOf('3').addTargets({ ...later, scrapeProtocols: ['PrometheusText1.0.0'] }),
  ]);

  await Promise.all([isScraped('2.42'), isScraped('3')]);
  await prometheusOf('3').until('up{job="app"} == 1');
});
