import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { Counter, Gauge, Histogram, Registry } from '@promwright/metrics';
import { findBinary, type RunningProcess, startProcess } from '@tooling/servers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeTextfile } from './write-textfile.ts';

let folder: string;
let exporter: RunningProcess;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'promwright-textfile-'));
  const binary = await findBinary({
    title: 'node_exporter',
    variable: 'NODE_EXPORTER_BIN',
    suite: 'stable',
    packages: ['prometheus-node-exporter'],
    file: 'usr/bin/prometheus-node-exporter',
  });
  exporter = await startProcess({
    name: 'node_exporter',
    command: binary.path,
    args: (port) => [
      `--web.listen-address=127.0.0.1:${port}`,
      '--collector.disable-defaults',
      '--collector.textfile',
      `--collector.textfile.directory=${folder}`,
    ],
    ready: '/metrics',
  });
});
afterAll(async () => {
  await exporter?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function scrape(): Promise<string> {
  return (await fetch(`${exporter.url}/metrics`)).text();
}

test('node_exporter shows the metrics of a textfile', async () => {
  const registry = new Registry();
  new Counter({ name: 'saved_files_total', help: 'S.', labelNames: ['disk'], registry }).inc({ disk: 'a"\\\n' }, 3);
  new Histogram({ name: 'run_seconds', help: 'R.', buckets: [1], registry }).observe(2);

  await writeTextfile(path.join(folder, 'backup.prom'), { registry });

  const page = await scrape();
  expect(page).toContain('saved_files_total{disk="a\\"\\\\\\n"} 3\n');
  expect(page).toContain('run_seconds_bucket{le="1"} 0\nrun_seconds_bucket{le="+Inf"} 1\nrun_seconds_sum 2\n');
  expect(page).toContain('node_textfile_scrape_error 0\n');
});

test('node_exporter reports no error while textfiles are written', async () => {
  const registry = new Registry();
  const gauge = new Gauge({ name: 'generation', help: 'G.', labelNames: ['key'], registry });
  for (let key = 0; key < 2000; key++) gauge.set({ key }, 1);
  await writeTextfile(path.join(folder, 'big.prom'), { registry });
  let isWriting = true;
  const writing = (async () => {
    while (isWriting) await writeTextfile(path.join(folder, 'big.prom'), { registry });
  })();

  const pages: string[] = [];
  for (let i = 0; i < 20; i++) pages.push(await scrape());
  isWriting = false;
  await writing;

  for (const page of pages) {
    expect(page).toContain('node_textfile_scrape_error 0\n');
    expect(page.match(/^generation\{/gm)).toHaveLength(2000);
  }
});

test('node_exporter refuses timestamps, as writeTextfile does', async () => {
  const timed = path.join(folder, 'timed.prom');
  await writeFile(timed, 'timed 1 1000\n');

  const page = await scrape();
  await rm(timed);

  expect(page).toContain('node_textfile_scrape_error 1\n');
  expect(page).not.toMatch(/^timed /m);
});

test('writeTextfile keeps the old file and removes the temporary one if the disk is full', async () => {
  const own = await mkdtemp(path.join(tmpdir(), 'promwright-textfile-'));
  const file = path.join(own, 'full.prom');
  await writeFile(file, 'old 1\n');
  // Needs the built package. The limit is on the size of files, in blocks of half a KiB.
  const program = `
    import { writeTextfile } from ${JSON.stringify(new URL('../dist/index.mjs', import.meta.url).href)};
    import { familyFromRows } from ${JSON.stringify(new URL('../../model/dist/index.mjs', import.meta.url).href)};
    const rows = Array.from({ length: 50_000 }, (_, key) => ({ labels: { key }, value: 1 }));
    const gather = async () => [familyFromRows({ name: 'big', type: 'gauge', rows })];
    const error = await writeTextfile(${JSON.stringify(file)}, { registry: { gather } }).catch((reason) => reason);
    console.log(error.code, error.cause.code);`;
  const limited = 'ulimit -f 200; exec "$0" --input-type=module --eval "$1"';
  const child = spawn('sh', ['-c', limited, process.execPath, program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  const left = await readdir(own);
  const old = await readFile(file, 'utf8');
  await rm(own, { recursive: true });

  expect(output).toBe('WRITE_FAILED EFBIG\n');
  expect(left).toEqual(['full.prom']);
  expect(old).toBe('old 1\n');
});
