import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '@tooling/servers';
import { onTestFinished } from 'vitest';

/** Running example. */
export interface RunningExample {
  readonly url: string;
  /** Sends SIGTERM, and returns the exit code. */
  stop(): Promise<number | null>;
}

/** Starts the example until the test ends; the example sends to a port of this machine. */
export async function runExample(graphitePort: number): Promise<RunningExample> {
  const child: ChildProcess = spawn(process.execPath, [path.join(import.meta.dirname, 'server.mjs')], {
    env: {
      ...process.env,
      PORT: String(await freePort()),
      GRAPHITE_HOST: '127.0.0.1',
      GRAPHITE_PORT: String(graphitePort),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const [url] = await Promise.race([
    once(createInterface({ input: child.stdout! }), 'line'),
    ended.then(([code]) => {
      throw new Error(`The example ended with code ${code} before it listened`);
    }),
  ]);
  return {
    url: url as string,
    async stop() {
      child.kill('SIGTERM');
      return (await ended)[0];
    },
  };
}
