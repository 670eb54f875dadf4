import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const folder = path.join(import.meta.dirname, '..');
const scratch = mkdtempSync(path.join(tmpdir(), 'bench-'));

beforeAll(() => {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-b'], { cwd: folder, stdio: 'inherit' });
}, 120_000);
afterAll(() => rmSync(scratch, { recursive: true }));

function bench(...args: string[]) {
  return spawnSync(process.execPath, ['dist/main.js', ...args], { cwd: folder, encoding: 'utf8', timeout: 120_000 });
}

interface Written {
  groups: {
    name: string;
    rows: { title: string; contestants: { name: string; samples: number[] }[]; targets: object[] }[];
  }[];
}

test('pnpm bench measures rows of several groups and writes every measurement', { timeout: 150_000 }, () => {
  const json = path.join(scratch, 'results.json');
  const only = ['--only', 'counter'];
  const tiny = ['--processes', '2', '--rounds', '2', '--round-ms', '1', '--series', '500'];

  const { status, stdout, stderr } = bench('gather', 'hot-path', '--quick', ...tiny, ...only, '--json', json);

  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toContain(`Node ${process.version} on `);
  expect(stdout).toMatch(/^\d+ of \d+ targets reached in 3 rows; ours against itself /m);
  const { groups } = JSON.parse(readFileSync(json, 'utf8')) as Written;
  expect(groups.map(({ name, rows }) => [name, rows.length])).toEqual([
    ['gather', 2],
    ['hot-path', 1],
  ]);
  const [gather] = groups[0]!.rows;
  expect(gather!.contestants.map(({ name, samples }) => [name, samples.length])).toEqual([
    ['ours', 4],
    ['ours, again', 4],
    ['copying the numbers', 4],
    ['official client, getMetricsAsJSON()', 4],
  ]);
  expect(gather!.targets).toHaveLength(1);
});

test('pnpm bench exits with 2 and names the contestant if a contestant cannot run', () => {
  const { status, stderr } = bench('memory', '--quick', '--only', 'counter', '--node', 'no-such-node');

  expect(status).toBe(2);
  expect(stderr).toContain('no-such-node');
});

test('pnpm bench exits with 2 for an unknown group, row or option', () => {
  const runs = [bench('nothing'), bench('gather', '--only', 'nothing'), bench('--nothing')];

  expect(runs.map(({ status }) => status)).toEqual([2, 2, 2]);
});

test('records-main prints the records of every library for the same traffic; Promwright records all requests', {
  timeout: 60_000,
}, () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/records-main.js'], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 60_000,
  });

  expect([stderr, status]).toEqual(['', 0]);
  const [heading, line, ...rows] = stdout.match(/(?<=^\| ).*(?= \|$)/gm)!.map((text) => text.split(' | '));
  const [ours, peers] = [true, false].map((own) => rows.filter(([name]) => name!.startsWith('@promwright/') === own));
  expect(ours!.map(([name, ...cells]) => [name!.replace(/ [\d.]+$/, ''), ...cells])).toEqual(
    [
      '@promwright/express on express',
      '@promwright/fastify on fastify',
      '@promwright/koa on koa',
      '@promwright/http (fetchMetrics, instrumentServer) on hono',
    ].map((name) => [
      name,
      ...['1', '1', '1', 'HEAD 200', '_OTHER 404'],
      ...['GET 499, aborted', 'GET 200, aborted', 'GET 499, aborted', 'left out', '24 of 24'],
    ]),
  );
  expect(peers).toHaveLength(8);
  for (const row of [line!, ...peers!]) expect(row).toHaveLength(heading!.length);
  for (const row of peers!) expect(row.at(-1)).toMatch(/^\d+ of 24$/);
});

test('pnpm bench --help prints the usage', () => {
  const { status, stdout } = bench('--help');

  expect(status).toBe(0);
  expect(stdout).toContain(
    'Groups: cluster, exposition, gather, graphite, hot-path, http, making, memory, parse, process',
  );
});
