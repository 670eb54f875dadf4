import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PrometheusServer, startPrometheus } from './prometheus.ts';
import { type PushgatewayServer, type PushgatewayVersion, startPushgateway } from './pushgateway.ts';

const VERSIONS = ['1.5', '1.11'] as const;
const started = new Map<PushgatewayVersion, PushgatewayServer>();
let prometheus: PrometheusServer;

beforeAll(async () => {
  await Promise.all(VERSIONS.map(async (version) => started.set(version, await startPushgateway({ version }))));
  prometheus = await startPrometheus({
    version: '3',
    targets: VERSIONS.flatMap((version) => {
      const { address } = started.get(version)!;
      const labels = { version };
      return [
        { address, labels, job: 'honoring', honorLabels: true },
        { address, labels, job: 'renaming' },
      ];
    }),
  });
});
afterAll(() => Promise.all([prometheus?.stop(), ...[...started.values()].map((server) => server.stop())]));

describe.each(VERSIONS)('Pushgateway %s', (version) => {
  test('reports its version', () => {
    expect(started.get(version)!.version).toMatch(version === '1.5' ? /^1\.5\.\d+/ : /^1\.\d\d\.\d+/);
  });

  test('returns pushed metrics by group, and serves them to a Prometheus with honorLabels', async () => {
    const server = started.get(version)!;
    const body = '# TYPE backup_bytes gauge\nbackup_bytes{disk="a"} 7\n';

    const answer = await fetch(`${server.url}/metrics/job/backup/zone/x`, { method: 'PUT', body });

    expect(answer.status).toBe(200);
    const groups = await server.groups();
    expect(groups).toMatchObject([
      {
        labels: { job: 'backup', zone: 'x' },
        lastPushSuccessful: true,
        families: {
          backup_bytes: { type: 'GAUGE', metrics: [{ labels: { disk: 'a', zone: 'x', job: 'backup' }, value: '7' }] },
        },
      },
    ]);
    expect(await server.page()).toContain('backup_bytes{disk="a",instance="",job="backup",zone="x"} 7');
    const honored = await prometheus.until(`backup_bytes{version="${version}",job="backup"}`);
    expect(honored.map(({ labels }) => labels)).toEqual([
      { __name__: 'backup_bytes', disk: 'a', job: 'backup', zone: 'x', version },
    ]);
    await prometheus.until(`backup_bytes{version="${version}",job="renaming",exported_job="backup"}`);
  });

  test('startPushgateway rejects with the log for an unknown flag', async () => {
    await expect(startPushgateway({ version, extraFlags: ['--no-such-flag'] })).rejects.toThrow(
      /ended with exit code \d+ before it was ready.*no-such-flag/s,
    );
  });

  test('does not respond after stop', async () => {
    const server = await startPushgateway({ version });

    await Promise.all([server.stop(), server.stop()]);

    await expect(server.groups()).rejects.toThrow('fetch failed');
  });
});
