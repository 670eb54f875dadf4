import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { CommandResult } from './run-command.ts';

/** The file that npm links as `promwright`. It has to be built. */
export const program: string = path.join(import.meta.dirname, '../dist/main.js');

/** Runs the command in a process of its own, with the given standard input. */
export async function spawnCommand(args: readonly string[], stdin: string | Uint8Array = ''): Promise<CommandResult> {
  const child = spawn(process.execPath, [program, ...args], { timeout: 30_000 });
  // It may decide before it has read everything.
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  const [stdout, stderr, [exitCode, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  if (exitCode === null) throw new Error(`promwright was ended by ${signal}: ${stderr}`);
  return { exitCode, stdout, stderr };
}
