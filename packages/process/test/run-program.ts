import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type RunResult, runToEnd } from '@tooling/servers';

const folder = path.join(import.meta.dirname, '..');
const dist = (file: string) => pathToFileURL(path.join(folder, 'dist', file)).href;

/** Imports and functions available to every program. */
const PRELUDE = `
import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { samples } from '@promwright/model';
import { Registry } from '@promwright/metrics';
import { collectDefaultMetrics } from '${dist('index.js')}';
const register = '${dist('register.js')}';
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

/** Compiles the package, because programs load the compiled files like users do. */
export function compile(): void {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-b'], { cwd: folder, stdio: 'inherit' });
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
