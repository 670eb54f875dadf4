import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type BinaryOptions, findBinary } from './find-binary.ts';
import { temporaryFolder } from './temporary-folder.ts';

const options: BinaryOptions = {
  title: 'Prometheus 3',
  variable: 'PROMETHEUS_BIN',
  suite: 'unstable',
  packages: ['prometheus'],
  file: 'usr/bin/prometheus',
};

beforeEach(() => {
  vi.stubEnv('PROMETHEUS_BIN', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

test('the environment variable chooses the binary', async () => {
  const file = path.join(await temporaryFolder(), 'prometheus');
  await writeFile(file, '');
  await chmod(file, 0o755);
  vi.stubEnv('PROMETHEUS_BIN', file);

  expect(await findBinary(options)).toEqual({ path: file, overridden: true });
});

test('findBinary refuses an environment variable that names no executable file', async () => {
  const file = path.join(await temporaryFolder(), 'prometheus');
  vi.stubEnv('PROMETHEUS_BIN', file);

  await expect(findBinary(options)).rejects.toThrow(`PROMETHEUS_BIN must name an executable file; got "${file}"`);
});

test('findBinary reports how to provide the binary on a machine without apt', async () => {
  const empty = await temporaryFolder();
  vi.stubEnv('PROMWRIGHT_SERVERS_CACHE', path.join(empty, 'cache'));
  vi.stubEnv('PATH', empty);

  await expect(findBinary(options)).rejects.toThrow(
    'Prometheus 3 is not available here: apt-get is missing; set PROMETHEUS_BIN=/path/to/prometheus',
  );
});
