import { Counter, Gauge, Histogram, Registry, StateSet } from '@promwright/metrics';
import { familyFromRows, mergeGatherers } from '@promwright/model';
import { parseProtobuf } from '@promwright/parser';
import { describe, expect, onTestFinished, test } from 'vitest';
import { GatewaySink, statuses } from '../test/gateway-sink.ts';
import { Pushgateway } from './pushgateway.ts';
import type { PushgatewayOptions } from './pushgateway-options.ts';

function registryWithJobs(): Registry {
  const registry = new Registry();
  new Counter({ name: 'jobs_total', help: 'Jobs.', labelNames: ['queue'], registry }).inc({ queue: 'mail' }, 3);
  return registry;
}

const PAGE = '# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total{queue="mail"} 3\n';

async function setUp(options: Partial<PushgatewayOptions> = {}) {
  const sink = await GatewaySink.start();
  const gateway = new Pushgateway({ url: sink.url, job: 'test', registry: registryWithJobs(), retries: 0, ...options });
  return { sink, gateway };
}

describe('a push of Pushgateway', () => {
  test.each([
    ['push', 'PUT', PAGE],
    ['pushAdd', 'POST', PAGE],
    ['delete', 'DELETE', ''],
  ] as const)('by %s is a %s to the group', async (call, method, body) => {
    const { sink, gateway } = await setUp();

    await gateway[call]();

    expect(sink.received).toMatchObject([{ method, path: '/metrics/job/test', text: body }]);
    expect(sink.received[0]!.headers['content-length']).toBe(String(body.length));
  });

  test('sends its content type and no other unusual header', async () => {
    const { sink, gateway } = await setUp();

    await gateway.push();

    const { host, connection, ...headers } = sink.received[0]!.headers;
    expect(headers).toEqual({
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'content-length': String(PAGE.length),
    });
  });

  test('of a registry without metrics has no body', async () => {
    const { sink, gateway } = await setUp({ registry: new Registry() });

    await gateway.push();

    expect(sink.received).toMatchObject([{ method: 'PUT', text: '' }]);
  });

  test('sends several registries as one', async () => {
    const other = new Registry();
    new Gauge({ name: 'other', help: 'O.', registry: other }).set(1);
    const { sink, gateway } = await setUp({ registry: [registryWithJobs(), other] });

    await gateway.push();

    expect(sink.received[0]!.text).toBe(`${PAGE}# HELP other O.\n# TYPE other gauge\nother 1\n`);
  });

  test('sends the default registry by default', async () => {
    const { Counter, defaultRegistry } = await import('@promwright/metrics');
    const counter = new Counter({ name: 'of_default_total', help: 'D.' });
    onTestFinished(() => void defaultRegistry.unregister(counter));
    const sink = await GatewaySink.start();

    await new Pushgateway({ url: sink.url, job: 'test' }).push();

    expect(sink.received[0]!.text).toContain('of_default_total 0\n');
  });

  test('in protobuf contains native histograms', async () => {
    const registry = new Registry();
    const histogram = new Histogram({ name: 'run_seconds', help: 'R.', native: true, buckets: false, registry });
    for (const seconds of [0.5, 1, 2]) histogram.observe(seconds);
    const { sink, gateway } = await setUp({ registry, format: 'protobuf' });

    await gateway.push();

    expect(sink.received[0]!.headers['content-type']).toBe(
      'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
    );
    const [family] = parseProtobuf(sink.received[0]!.bytes);
    expect([...family!.rows()]).toMatchObject([
      { count: 3, sum: 3.5, native: { positive: [{ count: 1 }, { count: 1 }, { count: 1 }] } },
    ]);
  });

  test.each([
    ['gzip', 'gzip', 0.5],
    [undefined, 'gzip', 0.5],
    [false, undefined, 1],
  ] as const)('of more than 1 KiB with compression %s has content coding %s', async (compression, coding, share) => {
    const registry = new Registry();
    const gauge = new Gauge({ name: 'value', help: 'V.', labelNames: ['key'], registry });
    for (let key = 0; key < 100; key++) gauge.set({ key }, key);
    const { sink, gateway } = await setUp({ registry, ...(compression !== undefined && { compression }) });

    await gateway.push();

    const [{ headers, bytes, text }] = sink.received as [(typeof sink.received)[0]];
    expect(headers['content-encoding']).toBe(coding);
    expect(Number(headers['content-length'])).toBe(bytes.length);
    expect(bytes.length).toBeLessThanOrEqual(text.length * share);
    expect(text.match(/^value\{/gm)).toHaveLength(100);
  });

  test('gathers once for all attempts, and sends the same bytes each time', async () => {
    const sink = await GatewaySink.start(statuses(503, 429, 200));
    const registry = new Registry();
    let gathered = 0;
    new Gauge({
      name: 'gathered',
      help: 'G.',
      registry,
      collect() {
        this.set(++gathered);
      },
    });
    const gateway = new Pushgateway({ url: sink.url, job: 'test', registry, retries: 2 });

    await gateway.push();

    expect(gathered).toBe(1);
    expect(sink.received.map(({ text }) => text)).toEqual(
      Array(3).fill('# HELP gathered G.\n# TYPE gathered gauge\ngathered 1\n'),
    );
  });

  test('waits for earlier calls, so that the server accepts them in order', async () => {
    const { sink, gateway } = await setUp();
    const ends: (() => void)[] = [];
    sink.respond = (res) => void ends.push(() => res.end());

    const calls = [gateway.push(), gateway.pushAdd(), gateway.delete()];
    for (let count = 1; count <= 3; count++) {
      await sink.until(count);
      expect(sink.received).toHaveLength(count);
      ends.shift()!();
    }
    await Promise.all(calls);

    expect(sink.received.map(({ method }) => method)).toEqual(['PUT', 'POST', 'DELETE']);
    expect(sink.sockets).toHaveLength(1);
  });

  test('works after a failed push', async () => {
    const { sink, gateway } = await setUp();
    sink.respond = statuses(400, 200);

    const [first, second] = await Promise.allSettled([gateway.push(), gateway.push()]);

    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
  });
});

describe('the URL of the group of a Pushgateway', () => {
  test.each([
    ['', '/metrics/job/test'],
    ['/', '/metrics/job/test'],
    ['/push', '/push/metrics/job/test'],
    ['/a/push/', '/a/push/metrics/job/test'],
    ['/a//', '/a/metrics/job/test'],
    ['/with space', '/with%20space/metrics/job/test'],
  ])('begins with the path "%s" of the gateway', async (path, expected) => {
    const sink = await GatewaySink.start();
    const gateway = new Pushgateway({ url: sink.url + path, job: 'test', registry: new Registry() });

    await gateway.push();

    expect(sink.received[0]!.path).toBe(expected);
    expect(gateway.url).toBe(sink.url + expected);
  });

  test.each<[job: string, groupingKey: Record<string, string | number | boolean>, path: string]>([
    ['a b', {}, 'job/a%20b'],
    ['a/b', {}, 'job@base64/YS9i'],
    ['a', { instance: 'host:80' }, 'job/a/instance/host%3A80'],
    ['a', { b: '' }, 'job/a/b@base64/='],
    ['a', { b: '/' }, 'job/a/b@base64/Lw'],
    ['a', { b: '??>>/' }, 'job/a/b@base64/Pz8-Pi8'],
    ['a', { b: 'a+b' }, 'job/a/b/a%2Bb'],
    ['a', { b: '100%?#&=' }, 'job/a/b/100%25%3F%23%26%3D'],
    ['ä', { b: '日本 🎉' }, 'job/%C3%A4/b/%E6%97%A5%E6%9C%AC%20%F0%9F%8E%89'],
    ['a', { b: '日/本' }, 'job/a/b@base64/5pelL-acrA'],
    // A server resolves these two segments in the path, in any encoding.
    ['a', { b: '.' }, 'job/a/b@base64/Lg'],
    ['..', { b: '...' }, 'job@base64/Li4/b/...'],
    ['a', { b: 5, c: true }, 'job/a/b/5/c/true'],
    ['a', { b: '\ud800' }, 'job/a/b/%EF%BF%BD'],
    ['a', { größe: 'x' }, 'job/a/U__gr_f6__df_e/x'],
    ['a', { 'http.route': '/ä' }, 'job/a/U__http_2e_route@base64/L8Ok'],
  ])('contains job %j and labels %j', async (job, groupingKey, path) => {
    const { sink, gateway } = await setUp({ job, groupingKey });

    await gateway.push();

    expect(sink.received[0]!.path).toBe(`/metrics/${path}`);
  });

  test('does not change with the objects of the options', async () => {
    const sink = await GatewaySink.start();
    const url = new URL(sink.url);
    const groupingKey = { zone: 'a' };
    const headers = { 'X-Tenant': 'a' };
    const options = { url, job: 'test', groupingKey, headers, registry: registryWithJobs(), retries: 0 };
    const before = structuredClone({ ...options, url: url.href, registry: undefined });
    const gateway = new Pushgateway(options);
    await gateway.push();
    await gateway.delete();
    const after = structuredClone({ ...options, url: url.href, registry: undefined });

    url.port = '1';
    groupingKey.zone = 'b';
    headers['X-Tenant'] = 'b';
    await gateway.push();

    expect(after).toEqual(before);
    expect(sink.received).toHaveLength(3);
    expect(sink.received[2]).toMatchObject({ path: '/metrics/job/test/zone/a', headers: { 'x-tenant': 'a' } });
  });
});

describe('Pushgateway refuses before anything is sent:', () => {
  const gauge = (labels: Record<string, string>, timestampMs?: number) => ({
    collect: () => [
      familyFromRows({
        name: 'backup_bytes',
        type: 'gauge' as const,
        rows: [{ value: 1 }, { labels, value: 2, ...(timestampMs !== undefined && { timestampMs }) }],
      }),
    ],
  });
  const refused = (label: string) =>
    `Label "${label}" of metric "backup_bytes" is part of the grouping key, which would overwrite it; rename one of them`;

  test.each<[what: string, fill: (registry: Registry) => void, code: string, message: string]>([
    ['a label "job"', (registry) => registry.register(gauge({ job: 'x' })), 'INVALID_LABEL_NAME', refused('job')],
    ['a grouping label', (registry) => registry.register(gauge({ zone: 'x' })), 'INVALID_LABEL_NAME', refused('zone')],
    [
      'a constant label',
      (registry) => new Gauge({ name: 'backup_bytes', help: 'B.', constLabels: { zone: 'x' }, registry }).set(1),
      'INVALID_LABEL_NAME',
      refused('zone'),
    ],
    [
      'the label of a state set',
      (registry) => new StateSet({ name: 'state', help: 'S.', states: ['up'], registry }),
      'INVALID_LABEL_NAME',
      'Label "state" of metric "state" is part of the grouping key, which would overwrite it; rename one of them',
    ],
    [
      'a timestamp',
      (registry) => registry.register(gauge({ disk: 'x' }, 0)),
      'INVALID_FAMILY',
      'Metric "backup_bytes" cannot be pushed with timestamps, which a Pushgateway refuses; omit them',
    ],
  ])('%s', async (_, fill, code, message) => {
    const registry = new Registry();
    fill(registry);
    const { sink, gateway } = await setUp({ registry, groupingKey: { zone: 'a', state: 'b' } });

    await expect(gateway.push()).rejects.toMatchObject({ code, message });
    await expect(gateway.pushAdd()).rejects.toMatchObject({ code, message });

    expect(sink.sockets).toEqual([]);
  });

  test('a label of the registry', async () => {
    const registry = new Registry({ labels: { zone: 'x' } });
    new Gauge({ name: 'backup_bytes', help: 'B.', registry }).set(1);
    const { sink, gateway } = await setUp({ registry, groupingKey: { zone: 'a' } });

    await expect(gateway.push()).rejects.toMatchObject({ code: 'INVALID_LABEL_NAME', message: refused('zone') });
    await gateway.delete();

    expect(sink.received.map(({ method }) => method)).toEqual(['DELETE']);
  });

  test('a label that is equal to a grouping label after escaping', async () => {
    const family = familyFromRows({ name: 'backup_bytes', type: 'gauge', rows: [{ labels: { a: 'x' }, value: 1 }] });
    const gatherer = { gather: async () => [{ ...family, labelNames: ['a.b'], rows: () => family.rows() }] };
    const { gateway } = await setUp({ registry: gatherer, groupingKey: { a_b: 'x' } });

    await expect(gateway.push()).rejects.toMatchObject({ code: 'INVALID_LABEL_NAME', message: refused('a.b') });
  });

  test('a family that occurs twice', async () => {
    const [family] = await registryWithJobs().gather();
    const { sink, gateway } = await setUp({ registry: { gather: async () => [family!, family!] } });

    await expect(gateway.push()).rejects.toMatchObject({ code: 'CLASHING_NAME' });

    expect(sink.sockets).toEqual([]);
  });

  test('all metrics if a collector fails, with strict', async () => {
    const registry = registryWithJobs();
    registry.register({ collect: () => Promise.reject(new Error('no disk')) });
    const strict = await setUp({ registry, strict: true });
    const lenient = await setUp({ registry });

    await expect(strict.gateway.push()).rejects.toMatchObject({ code: 'COLLECTOR_FAILED' });
    await lenient.gateway.push();

    expect(strict.sink.sockets).toEqual([]);
    expect(lenient.sink.received[0]!.text).toContain('jobs_total{queue="mail"} 3\n');
  });

  test('but nothing of the metrics of merged gatherers', async () => {
    const { sink, gateway } = await setUp({ registry: mergeGatherers(registryWithJobs()), groupingKey: { zone: 'a' } });

    await gateway.push();

    expect(sink.received[0]!.text).toBe(PAGE);
  });
});
