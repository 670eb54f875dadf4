import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type RunResult, runToEnd } from '@tooling/servers';

const folder = path.join(import.meta.dirname, '..');
const built = 'node_modules/.cache/programs';

/** Imports and functions for all programs. */
const PRELUDE = `
import { writeSync } from 'node:fs';
import { Counter, Gauge, Registry } from '@promwright/metrics';
import { GraphiteBridge } from '${pathToFileURL(path.join(folder, built, 'index.mjs')).href}';
const print = (value) => writeSync(1, JSON.stringify(value) + '\\n');
const delay = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
/** Needs the flag --expose-gc. */
const bytesInUse = async () => {
  // An object that a running collection has marked already is found only by the next collection.
  for (let i = 0; i < 3; i++) {
    globalThis.gc();
    await delay(1);
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};
const manySeries = (count) => {
  const registry = new Registry();
  const options = { registry, labelLimit: Infinity, seriesLimit: Infinity };
  const counter = new Counter({ name: 'requests_total', help: 'R.', labelNames: ['route', 'id'], ...options });
  for (let i = 0; i < count; i++) counter.inc({ route: '/some/quite/long/route/' + (i % 100), id: i }, i + 0.5);
  return registry;
};
const valueOf = async (registry, name) => (await registry.gather({ names: [name] }))[0]?.values[0] ?? 0;
`;

/** Result of a program. */
export interface ProgramResult extends RunResult {
  /** Values passed to `print`, in order. */
  readonly printed: readonly unknown[];
}

/**
 * Bundles the current sources of the package for the programs, as for publishing. The files are not in `dist`, which other
 * tests read at the same time. The dependencies of the package must be built.
 */
export function compile(): void {
  const tsdown = createRequire(import.meta.url).resolve('tsdown/run');
  const config = ['--config', '../../tooling/build/tsdown.config.mjs', '--config-loader', 'native'];
  const options = ['--out-dir', built, '--no-dts'];
  execFileSync(process.execPath, [tsdown, ...config, ...options], { cwd: folder, stdio: 'pipe' });
}

/** Runs a program in a separate process. The program must end by itself. */
export async function runProgram(program: string, nodeFlags: readonly string[] = []): Promise<ProgramResult> {
  const args = [...nodeFlags, '--input-type=module', '--eval', PRELUDE + program];
  const { exitCode, stdout, stderr } = await runToEnd(process.execPath, args, { folder, timeoutMs: 60_000 });
  const lines = stdout.split('\n').filter((line) => line !== '');
  return { exitCode, stdout, stderr, printed: lines.map((line) => JSON.parse(line) as unknown) };
}
