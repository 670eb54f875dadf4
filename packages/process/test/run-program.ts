import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type RunResult, runToEnd } from '@tooling/servers';

const folder = path.join(import.meta.dirname, '..');
const built = 'node_modules/.cache/programs';
const moduleUrl = (file: string) => pathToFileURL(path.join(folder, built, file)).href;

/** Imports and functions available to every program. */
const PRELUDE = `
import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { samples } from '@promwright/model';
import { Registry } from '@promwright/metrics';
import { collectDefaultMetrics } from '${moduleUrl('index.mjs')}';
const register = '${moduleUrl('register.mjs')}';
const print = (value) => writeSync(1, JSON.stringify(value) + '\\n');
const block = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };
const valuesOf = async (registry) => Object.fromEntries((await registry.gather({ strict: true })).flatMap((family) =>
  [...samples(family)].map(({ name, labels, value }) =>
    [[name, ...labels.map((label) => label.name + '=' + label.value)].join(' '), value])));
`;

/** Result of a program. */
export interface ProgramResult extends RunResult {
  /** Values passed to `print`, in order. */
  readonly printed: readonly unknown[];
}

/**
 * Bundles the present sources of the package for the programs, as for publishing, into a folder apart from `dist`, which other
 * tests read at the same time. The packages that this package depends on must be built.
 */
export function compile(): void {
  const tsdown = createRequire(import.meta.url).resolve('tsdown/run');
  const config = ['--config', '../../tooling/build/tsdown.config.mjs', '--config-loader', 'native'];
  const options = ['--out-dir', built, '--no-dts'];
  execFileSync(process.execPath, [tsdown, ...config, ...options], { cwd: folder, stdio: 'pipe' });
}

/** Runs a program in a child process until it ends. */
export async function runProgram(program: string, nodeFlags: readonly string[] = []): Promise<ProgramResult> {
  const args = [...nodeFlags, '--input-type=module', '--eval', PRELUDE + program];
  const { exitCode, stdout, stderr } = await runToEnd(process.execPath, args, { folder, timeoutMs: 15_000 });
  const printed = stdout
    .split('\n')
    .filter((line) => /^[[{"\d]/.test(line) && !/^\[\d+:/.test(line))
    .map((line) => JSON.parse(line) as unknown);
  return { exitCode, stderr, stdout, printed };
}
