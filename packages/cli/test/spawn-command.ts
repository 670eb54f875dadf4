import path from 'node:path';
import { runToEnd } from '@tooling/servers';
import type { CommandResult } from './run-command.ts';

/** File that npm links as `promwright`. The package must be built. */
export const program: string = path.join(import.meta.dirname, '../dist/main.mjs');

/** Runs the command in a separate process, with the given standard input. */
export function spawnCommand(args: readonly string[], stdin: string | Uint8Array = ''): Promise<CommandResult> {
  return runToEnd(process.execPath, [program, ...args], { input: stdin });
}
