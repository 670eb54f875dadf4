import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** Options of {@link runToEnd}. */
export interface RunOptions {
  /** Standard input. Default: empty. */
  readonly input?: string | Uint8Array;
  /** Variables added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Working directory. Default: the working directory of this process. */
  readonly folder?: string;
  /** Limit of the duration. Default: 30 seconds. */
  readonly timeoutMs?: number;
}

/** Exit code and output of a program. */
export interface RunResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program until it ends. After the timeout, ends the program and rejects with its standard error. */
export async function runToEnd(
  command: string,
  args: readonly string[],
  { input = '', env = {}, folder, timeoutMs = 30_000 }: RunOptions = {},
): Promise<RunResult> {
  const child = spawn(command, args, { cwd: folder, env: { ...process.env, ...env }, timeout: timeoutMs });
  // A program may end before it has read all input.
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
