import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { startPrometheus } from './prometheus.ts';
import { temporaryFolder } from './temporary-folder.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Creates a program that only prints a version. */
async function binaryOfVersion(version: string): Promise<string> {
  const file = path.join(await temporaryFolder(), 'prometheus');
  await writeFile(file, `#!/bin/sh\necho "prometheus, version ${version} (branch: HEAD)"\n`);
  await chmod(file, 0o755);
  return file;
}

test('startPrometheus refuses a target address with a scheme or a path', async () => {
  for (const address of ['http://127.0.0.1:80', '127.0.0.1:80/metrics', '127.0.0.1']) {
    await expect(startPrometheus({ version: '3', targets: [{ address }] })).rejects.toThrow(
      `Target address must be host:port without a scheme or a path; got "${address}"`,
    );
  }
});

test('startPrometheus refuses scrape protocols for a Prometheus without support for them', async () => {
  const target = { address: '127.0.0.1:80', scrapeProtocols: ['PrometheusText0.0.4' as const] };

  await expect(startPrometheus({ version: '2.42', targets: [target] })).rejects.toThrow(
    'Target "127.0.0.1:80" must not have scrapeProtocols, which came with Prometheus 2.49; got version 2.42',
  );
});

test('startPrometheus refuses a Prometheus older than 3.5 for version 3', async () => {
  const file = await binaryOfVersion('3.4.2');
  vi.stubEnv('PROMETHEUS_BIN', file);

  await expect(startPrometheus({ version: '3' })).rejects.toThrow(
    `Prometheus 3 must have version 3.5 or a later 3.x; got version 3.4.2 from "${file}"`,
  );
});

test('startPrometheus refuses a Prometheus of another major version than 2 for version 2.42', async () => {
  vi.stubEnv('PROMETHEUS_2_BIN', await binaryOfVersion('3.5.0'));

  await expect(startPrometheus({ version: '2.42' })).rejects.toThrow(/^Prometheus 2\.42 must have version 2\.42/);
});

test('startPrometheus refuses a program that is not Prometheus', async () => {
  const file = path.join(await temporaryFolder(), 'prometheus');
  await writeFile(file, '#!/bin/sh\nexit 1\n');
  await chmod(file, 0o755);
  vi.stubEnv('PROMETHEUS_BIN', file);

  await expect(startPrometheus({ version: '3' })).rejects.toThrow(/got no version from/);
});
