import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';

/** Returns the running child processes of a process, with all their descendants. */
async function descendantsOf(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const own = children.split(' ').filter(Boolean).map(Number);
  return [...own, ...(await Promise.all(own.map(descendantsOf))).flat()];
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  'the demo shows metrics and query results until %s, and then leaves no process behind',
  async (signal) => {
    const demo = path.join(import.meta.dirname, '../dist/demo.js');
    const child = spawn(
      process.execPath,
      ['--input-type=module', '-e', `(await import(${JSON.stringify(demo)})).demo()`],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    const exited = once(child, 'exit');

    const deadline = Date.now() + 45_000;
    while (
      !/route="\/products\/:id".* \d/.test(output.split('requests per second').at(-1) ?? '') ||
      !output.includes('95th percentile')
    ) {
      if (Date.now() > deadline) throw new Error(`The demo did not show the expected metrics; its output:\n${output}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const started = await descendantsOf(child.pid!);
    child.kill(signal);
    const [code] = await exited;

    expect(code).toBe(0);
    expect(started.length).toBeGreaterThanOrEqual(2);
    expect(started.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
    expect(output).toContain('orders_total{product="tea"}');
    expect(output.trimEnd().split('\n').at(-1)).toBe('Everything that was started has ended.');
  },
);
