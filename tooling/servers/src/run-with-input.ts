import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** What a program that ran to its end left behind. */
export interface RunResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program with `input` as its standard input, for at most 30 seconds. */
export async function runWithInput(
  command: string,
  args: readonly string[],
  input: string,
  env: Readonly<Record<string, string>> = {},
): Promise<RunResult> {
  const child = spawn(command, args, { env: { ...process.env, ...env }, timeout: 30_000 });
  // A program may decide before it has read everything.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [stdout, stderr, [exitCode, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  if (exitCode === null) throw new Error(`"${command}" was ended by ${signal}: ${stderr}`);
  return { exitCode, stdout, stderr };
}
