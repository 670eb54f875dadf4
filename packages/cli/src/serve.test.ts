import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { joinProcesses } from '@promwright/cluster';
import { Counter, Registry } from '@promwright/metrics';
import { expect, onTestFinished, test } from 'vitest';
import { run } from './run.ts';

function newDirectory(): string {
  const parent = mkdtempSync(path.join(tmpdir(), 'promwright-serve-'));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  return path.join(parent, 'spool');
}

/** Starts the command; returns the texts of its streams, and a promise of its exit code. */
function start(...args: string[]) {
  const control = new AbortController();
  const output = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write(chunk: string | Uint8Array, done: () => void) {
      output[name] += String(chunk);
      done();
    },
  });
  const stdin: AsyncIterable<string> = { async *[Symbol.asyncIterator]() {} };
  const exitCode = run(['serve', ...args], {
    stdin,
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    signal: control.signal,
  });
  return { output, exitCode, end: () => control.abort() };
}

test('serves the metrics of processes, also after they have left', async () => {
  const directory = newDirectory();
  const registry = new Registry();
  const counter = new Counter({ name: 'c_total', help: 'C.', registry });
  const { output, exitCode, end } = start('--directory', directory, '--port', '0');
  await expect.poll(() => output.stdout).toMatch(/^http.*\n$/);
  const scrape = async () => (await fetch(output.stdout.trim())).text();

  const before = await scrape();
  const processes = joinProcesses({ directory, registry });
  counter.inc(5);
  await processes.leave();
  const after = await scrape();
  end();

  expect(before).toContain('promwright_members{state="live"} 0\n');
  expect(after).toContain('\nc_total 5\n');
  expect(after).toContain('promwright_members{state="dead"} 1\n');
  expect(await exitCode).toBe(0);
});

test('shows each process on request', async () => {
  const directory = newDirectory();
  const registry = new Registry();
  new Counter({ name: 'c_total', help: 'C.', registry }).inc();
  await joinProcesses({ directory, registry }).leave();
  const { output, exitCode, end } = start(
    '--directory',
    directory,
    '--port',
    '0',
    '--per-member',
    '--member-label',
    'worker',
  );
  await expect.poll(() => output.stdout).not.toBe('');

  const text = await (await fetch(output.stdout.trim())).text();
  end();
  await exitCode;

  expect(text).toContain(`c_total{worker="${process.pid}"} 1\n`);
});

test.each<[string[], number, string]>([
  [[], 2, 'Command needs --name or --directory'],
  [['--name', 'a/b'], 2, 'Option "name" must be a string of letters, digits, "_", "-" and "."'],
  [['--name', 'a', '--port', '70000'], 2, 'Option "--port" must be an integer from 0 to 65535; got "70000"'],
  [
    ['--name', 'a', '--member-label', 'le'],
    2,
    'Option "memberLabel" must be a label name that is not reserved; got "le"',
  ],
  [['--directory', '/dev/null/x'], 1, 'Spool directory "/dev/null/x" cannot be created'],
  [['--name', 'a', 'page.prom'], 2, 'Command accepts no further arguments; got "page.prom"'],
])('refuses %j', async (args, code, message) => {
  const { output, exitCode } = start(...args);

  expect(await exitCode).toBe(code);
  expect(output.stderr).toContain(message);
});
