import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import {
  type PrometheusServer,
  type PushgatewayServer,
  type PushgatewayVersion,
  promtoolCheckMetrics,
  startPrometheus,
  startPushgateway,
} from '@tooling/servers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const VERSIONS = ['1.5', '1.11'] as const;
const gateways = new Map<PushgatewayVersion, PushgatewayServer>();
let prometheus: PrometheusServer;

beforeAll(async () => {
  await Promise.all(VERSIONS.map(async (version) => gateways.set(version, await startPushgateway({ version }))));
  prometheus = await startPrometheus({
    version: '3',
    scrapeIntervalMs: 250,
    targets: VERSIONS.map((version) => ({
      address: gateways.get(version)!.address,
      labels: { gateway: version },
      honorLabels: true,
    })),
  });
});
afterAll(() => Promise.all([prometheus?.stop(), ...[...gateways.values()].map((gateway) => gateway.stop())]));

async function run(url: string, folder: string): Promise<number> {
  const child = spawn(process.execPath, ['job.mjs', folder], {
    cwd: import.meta.dirname,
    env: { ...process.env, PUSHGATEWAY_URL: url },
    stdio: 'ignore',
  });
  const [code] = await once(child, 'exit');
  return code;
}

describe.each(VERSIONS)('through a Pushgateway %s, Prometheus', (version) => {
  test('shows the time of the last success, also after a failure', async () => {
    const { url } = gateways.get(version)!;
    const of = (name: string) => `nightly_backup_${name}_seconds{job="nightly_backup",gateway="${version}"}`;
    const before = Date.now() / 1000;

    expect(await run(url, path.join(import.meta.dirname))).toBe(0);
    const [success] = await prometheus.until(of('last_success'));
    expect(success!.value).toBeGreaterThanOrEqual(before);
    expect(await prometheus.query(of('last_failure'))).toEqual([]);
    const [files] = await prometheus.query(`backup_files_total{gateway="${version}"}`);
    expect(files).toMatchObject({ labels: { job: 'nightly_backup', folder: import.meta.dirname } });
    expect(files!.value).toBeGreaterThan(0);

    expect(await run(url, 'no-such-folder')).toBe(1);
    const [failure] = await prometheus.until(of('last_failure'));
    expect(failure!.value).toBeGreaterThan(success!.value!);
    expect((await prometheus.query(of('last_success')))[0]!.value).toBe(success!.value);
    expect((await prometheus.query(`${of('last_failure')} > ${of('last_success')}`)).length).toBe(1);
    expect((await prometheus.query(of('duration')))[0]!.value).toBeGreaterThan(0);
  });

  test('receives metrics that pass promtool', async () => {
    const page = await gateways.get(version)!.page();
    const ours = page.replaceAll(/^(?!(?:# \w+ )?(?:nightly_)?backup_).*\n/gm, '');

    expect(ours).toContain('nightly_backup_duration_seconds{');
    expect(await promtoolCheckMetrics(ours, '3')).toEqual({ exitCode: 0, output: '' });
  });
});
