import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** How {@link runToEnd} runs a program. */
export interface RunOptions {
  /** Its standard input. Default: nothing. */
  readonly input?: string | Uint8Array;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where it runs. Default: where this process does. */
  readonly folder?: string;
  /** How long it may take; 30 seconds by default. */
  readonly timeoutMs?: number;
}

/** What a program that ran to its end left behind. */
export interface RunResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program that has to end by itself; one that does not is ended, and rejects with what it wrote to its standard error. */
export async function runToEnd(
  command: string,
  args: readonly string[],
  { input = '', env = {}, folder, timeoutMs = 30_000 }: RunOptions = {},
): Promise<RunResult> {
  const child = spawn(command, args, { cwd: folder, env: { ...process.env, ...env }, timeout: timeoutMs });
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
