import { Counter, Gauge, Histogram, Registry } from '@promwright/metrics';
import {
  type PrometheusServer,
  type PushgatewayServer,
  type PushgatewayVersion,
  startPrometheus,
  startPushgateway,
} from '@tooling/servers';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Pushgateway } from './pushgateway.ts';
import type { PushgatewayOptions } from './pushgateway-options.ts';

const VERSIONS = ['1.5', '1.11'] as const;
const servers = new Map<PushgatewayVersion | 'utf-8', PushgatewayServer>();
let prometheus: PrometheusServer;

beforeAll(async () => {
  await Promise.all([
    ...VERSIONS.map(async (version) => servers.set(version, await startPushgateway({ version }))),
    startPushgateway({ version: '1.11', extraFlags: ['--push.enable-utf8-names'] }).then((server) =>
      servers.set('utf-8', server),
    ),
  ]);
  prometheus = await startPrometheus({
    version: '3',
    scrapeIntervalMs: 250,
    targets: [...servers].map(([version, { address }]) => ({
      address,
      job: 'pushgateway',
      labels: { gateway: version },
      honorLabels: true,
      // Prometheus requests no such names in protobuf.
      ...(version === 'utf-8' && { scrapeProtocols: ['PrometheusText1.0.0'] as const }),
    })),
  });
});
afterAll(() => Promise.all([prometheus?.stop(), ...[...servers.values()].map((server) => server.stop())]));

function setUp(version: PushgatewayVersion | 'utf-8', options: Partial<PushgatewayOptions> & { readonly job: string }) {
  const server = servers.get(version)!;
  const registry = new Registry();
  const gateway = new Pushgateway({ url: server.url, registry, ...options });
  /** Names of the group's metrics without those of the server, with the values of metrics without labels. */
  const pushed = async () => {
    const group = (await server.groups()).find(({ labels }) => labels.job === options.job);
    if (group === undefined) return undefined;
    const ours = Object.entries(group.families).filter(([name]) => !/^push_(failure_)?time_seconds$/.test(name));
    return Object.fromEntries(ours.map(([name, { metrics }]) => [name, metrics[0]?.value]));
  };
  return { server, registry, gateway, pushed };
}

describe.each(VERSIONS)('Pushgateway %s', (version) => {
  test.each(['text', 'protobuf'] as const)('stores pushed and added metrics, and deletes them (%s)', async (format) => {
    const job = `life of ${format}`;
    const { registry, gateway, pushed } = setUp(version, { job, format });
    const files = new Counter({ name: 'saved_files_total', help: 'S.', registry });
    const bytes = new Gauge({ name: 'free_bytes', help: 'F.', registry });
    files.inc(3);
    bytes.set(1);
    const series = (name: string) => `${name}{gateway="${version}",job="${job}"}`;

    await gateway.push();
    expect(await pushed()).toEqual({ saved_files_total: '3', free_bytes: '1' });
    await prometheus.until(`${series('saved_files_total')} == 3`);

    registry.unregister(bytes);
    files.inc();
    await gateway.pushAdd();
    expect(await pushed()).toEqual({ saved_files_total: '4', free_bytes: '1' });
    await prometheus.until(`${series('saved_files_total')} == 4`);

    await gateway.push();
    expect(await pushed()).toEqual({ saved_files_total: '4' });
    await prometheus.until(`absent(${series('free_bytes')})`);

    registry.unregister(files);
    await gateway.push();
    expect(await pushed()).toEqual({});
    const [sample] = await prometheus.query(series('push_time_seconds'));
    expect(sample!.value).toBeGreaterThan(Date.now() / 1000 - 600);

    await gateway.delete();
    await expect.poll(pushed).toBeUndefined();
    await prometheus.until(`absent(${series('push_time_seconds')})`);
    // Deleting an absent group succeeds.
    await gateway.delete();
  });

  test('stores every value of a grouping key unchanged, and so does Prometheus', async () => {
    const groupingKey = {
      slash: '/a//b/',
      space: 'a b+c',
      empty: '',
      unicode: 'Größe 日本 🎉',
      both: '/ö/',
      dots: '..',
      dot: '.',
      other: '%2F?#&=;:@"\\\n~*\'()',
      base64: '@base64',
      number: 5,
    };
    const job = 'grouping / key';
    const { server, registry, gateway } = setUp(version, { job, groupingKey });
    new Gauge({ name: 'grouped', help: 'G.', registry }).set(1);

    await gateway.push();

    const expected = { ...groupingKey, job, number: '5' };
    const groups = await server.groups();
    expect(groups.find(({ labels }) => labels.job === job)?.labels).toEqual(expected);
    const [sample] = await prometheus.until(`grouped{gateway="${version}"}`);
    // Prometheus drops an empty label.
    const { empty, ...labels } = expected;
    expect(sample!.labels).toEqual({ __name__: 'grouped', gateway: version, ...labels });

    await gateway.delete();
    await expect.poll(async () => (await server.groups()).filter((group) => group.labels.job === job)).toEqual([]);
  });

  test('reads compressed bodies', async () => {
    const { registry, gateway, server } = setUp(version, { job: 'compressed' });
    const gauge = new Gauge({ name: 'big', help: 'B.', labelNames: ['key'], registry });
    for (let key = 0; key < 1000; key++) gauge.set({ key }, key);

    await gateway.push();

    const group = (await server.groups()).find(({ labels }) => labels.job === 'compressed');
    expect(group!.families.big!.metrics).toHaveLength(1000);
    await gateway.delete();
  });

  test('responds with a reason, which PushError contains', async () => {
    const first = setUp(version, { job: 'consistent' });
    new Gauge({ name: 'inconsistent', help: 'I.', registry: first.registry }).set(1);
    await first.gateway.push();
    const second = setUp(version, { job: 'other' });
    // The type differs from the type in the other group.
    new Counter({ name: 'inconsistent', help: 'I.', registry: second.registry }).inc();

    await expect(second.gateway.push()).rejects.toMatchObject({
      code: 'PUSH_FAILED',
      status: 400,
      attempts: 1,
      message: expect.stringMatching(/failed: status 400: pushed metrics are invalid or inconsistent with existing/),
    });
    await first.gateway.delete();
  });

  test('refuses timestamps, as Pushgateway.push does', async () => {
    const { server } = setUp(version, { job: 'timestamps' });

    const response = await fetch(`${server.url}/metrics/job/timestamps`, { method: 'PUT', body: 'x 1 1000\n' });

    expect(response.status).toBe(400);
    expect(await response.text()).toContain('pushed metrics must not have timestamps');
  });

  test('stores the result of runJob, and keeps the last success after a failure', async () => {
    const { registry, gateway, pushed } = setUp(version, { job: 'backup' });
    const files = new Counter({ name: 'saved_files_total', help: 'S.', registry });
    await gateway.runJob({ name: 'backup' }, () => files.inc());
    const succeeded = await pushed();

    await expect(gateway.runJob({ name: 'backup' }, () => Promise.reject(new Error('no disk')))).rejects.toThrow();

    const failed = await pushed();
    expect(Object.keys(succeeded!).sort()).toEqual([
      'backup_duration_seconds',
      'backup_last_success_seconds',
      'saved_files_total',
    ]);
    expect(failed).toEqual({
      ...succeeded,
      backup_duration_seconds: expect.any(String),
      backup_last_failure_seconds: expect.any(String),
    });
    expect(Number(failed!.backup_last_success_seconds)).toBeGreaterThan(Date.now() / 1000 - 600);
    await gateway.delete();
  });

  test('stores the newest values of periodic pushes after the stop', async () => {
    const { registry, gateway, pushed } = setUp(version, { job: 'periodic' });
    const counter = new Counter({ name: 'periodic_total', help: 'P.', registry });
    gateway.start({ intervalMs: 20, deleteOnStop: false });
    onTestFinished(() => gateway.close());
    await expect.poll(pushed).toEqual({ periodic_total: '0' });

    counter.inc(7);
    await gateway.stop();

    expect(await pushed()).toEqual({ periodic_total: '7' });
    gateway.start({ deleteOnStop: true });
    await gateway.stop();
    await expect.poll(pushed).toBeUndefined();
  });
});

test('a native histogram arrives in Prometheus through protobuf', async () => {
  const { registry, gateway } = setUp('1.11', { job: 'native', format: 'protobuf' });
  const histogram = new Histogram({ name: 'run_seconds', help: 'R.', native: true, registry });
  for (let i = 1; i <= 100; i++) histogram.observe(i / 100);

  await gateway.push();

  const selector = 'run_seconds{job="native"}';
  const [count] = await prometheus.until(`histogram_count(${selector})`);
  const [median] = await prometheus.query(`histogram_quantile(0.5, ${selector})`);
  expect(count!.value).toBe(100);
  // The buckets grow by 9%, and interpolation within a bucket has a smaller error.
  expect(Math.abs(median!.value! - 0.5) / 0.5).toBeLessThan(0.09);
});

test('a grouping label with a UTF-8 name arrives decoded if the Pushgateway enables such names', async () => {
  const groupingKey = { größe: 'ä/b', 'http.route': '', 'with space': 'x' };
  const { server, registry, gateway } = setUp('utf-8', { job: 'utf-8', groupingKey });
  new Gauge({ name: 'grouped', help: 'G.', registry }).set(1);

  await gateway.push();

  expect((await server.groups())[0]!.labels).toEqual({ job: 'utf-8', ...groupingKey });
  const [sample] = await prometheus.until('grouped{job="utf-8"}');
  expect(sample!.labels).toMatchObject({ größe: 'ä/b', 'with space': 'x' });
});

test('a grouping label with a UTF-8 name stays escaped if the Pushgateway does not enable such names', async () => {
  const { server, gateway } = setUp('1.11', { job: 'escaped', groupingKey: { größe: 'x' } });

  await gateway.push();

  const group = (await server.groups()).find(({ labels }) => labels.job === 'escaped');
  expect(group!.labels).toEqual({ job: 'escaped', U__gr_f6__df_e: 'x' });
});
