import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { plainEnvironment } from './plain-environment.ts';
import { read } from './workspace.ts';

const { packageManager } = JSON.parse(read('package.json')) as { packageManager: string };

/** Folder, environment and time limit of a command. */
export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** Runs a command to its end and returns its output. Rejects with all output if the command fails. */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { cwd, env, timeoutMs = 120_000 } = options;
  try {
    const { stdout } = await promisify(execFile)(command, [...args], {
      cwd,
      env: plainEnvironment(env),
      timeout: timeoutMs,
      maxBuffer: 2 ** 26,
    });
    return stdout;
  } catch (error) {
    const { stdout, stderr, message } = error as Error & { stdout: string; stderr: string };
    throw new Error(`${message}\n${stdout}\n${stderr}`);
  }
}

/** Runs the version of pnpm that the workspace pins. */
export function pnpm(args: readonly string[], options: RunOptions): Promise<string> {
  return run('npx', ['-y', packageManager.split('+')[0]!, ...args], options);
}
