import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { freePort } from '@tooling/servers';
import { expect, test } from 'vitest';
import { program, spawnCommand } from '../test/spawn-command.ts';
import { startServer } from '../test/start-server.ts';
import { temporaryFiles } from '../test/temporary-files.ts';

const page = '# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total{queue="mail"} 3\n';

test('promwright reads a file, a server and standard input', async () => {
  const { url } = await startServer((_, res) => res.setHeader('content-type', 'text/plain; version=0.0.4').end(page));
  const [file] = temporaryFiles({ 'page.prom': page });

  const results = await Promise.all([
    spawnCommand(['scrape', file!]),
    spawnCommand(['scrape', url]),
    spawnCommand(['scrape', '-'], page),
  ]);

  expect(results).toEqual(results.map(() => ({ exitCode: 0, stdout: page, stderr: '' })));
});

test('promwright has the documented exit codes', async () => {
  const bad = '# TYPE jobs counter\njobs{queue="mail"} 3\n';
  const [good, worse, broken, budget] = temporaryFiles({
    'good.prom': page,
    'worse.prom': bad,
    'broken.prom': 'jobs\n',
    'budget.json': '{"default": 0}',
  }) as [string, string, string, string];
  const runs: [expected: number, args: string[]][] = [
    [0, ['check', good]],
    [1, ['check', broken]],
    [2, ['check', '--no-such-option']],
    [3, ['check', worse]],
    [0, ['scrape', good]],
    [1, ['scrape', broken]],
    [2, ['scrape']],
    [3, ['scrape', good, '--name', 'other']],
    [0, ['diff', good, good]],
    [1, ['diff', good, worse]],
    [2, ['diff', good]],
    [2, ['diff', good, broken]],
    [0, ['top', good]],
    [1, ['top', broken]],
    [2, ['top', good, '--limit', 'all']],
    [3, ['top', good, '--budget', budget]],
  ];

  const codes: [number, string[]][] = [];
  for (const [, args] of runs) codes.push([(await spawnCommand(args)).exitCode, args]);

  expect(codes).toEqual(runs);
});

test('promwright ends soon after a response, a timeout, or a failed connection', async () => {
  const { url } = await startServer((req, res) => {
    if (req.url === '/metrics') res.end(page);
  });
  const gone = `http://127.0.0.1:${await freePort()}/metrics`;
  const started = performance.now();

  const results = await Promise.all([
    spawnCommand(['check', url]),
    spawnCommand(['check', url.replace('metrics', 'never'), '--timeout', '0.5']),
    spawnCommand(['check', gone]),
  ]);

  expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 1, 1]);
  expect(results[2]!.stderr).toMatch(/^promwright check: http:.*: connect ECONNREFUSED .*\n$/);
  expect(performance.now() - started).toBeLessThan(20_000);
});

test('promwright prints protobuf unchanged', async () => {
  const child = spawn(process.execPath, [program, 'scrape', '-', '--format', 'protobuf']);
  child.stdin.end(page);

  const result = await spawnCommand(['scrape', '-'], Buffer.concat(await child.stdout.toArray()));

  expect(result).toEqual({ exitCode: 0, stdout: page, stderr: '' });
});

test('promwright prints a large page, and has exit code 0 if the reader closes the pipe early', async () => {
  const large = Array.from({ length: 200_000 }, (_, i) => `jobs_total{queue="${i}"} ${i}\n`).join('');
  const [file] = temporaryFiles({ 'large.prom': large });

  const whole = await spawnCommand(['scrape', file!]);
  const child = spawn(process.execPath, [program, 'scrape', file!]);
  child.stdout.once('data', () => child.stdout.destroy());
  const [said, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'close')]);

  expect(whole.stdout).toBe(`# TYPE jobs_total untyped\n${large}`);
  expect([exitCode, said]).toEqual([0, '']);
});

test('promwright starts through a symbolic link, as npm creates it', () => {
  const [file] = temporaryFiles({ 'page.prom': page });
  const link = path.join(path.dirname(file!), 'promwright');
  symlinkSync(program, link);

  expect(execFileSync(process.execPath, [link, 'scrape', file!], { encoding: 'utf8' })).toBe(page);
});
