import { setTimeout as delay } from 'node:timers/promises';
import { errorMessage } from '@promwright/model';
import type { CommandOutput } from './command.ts';
import type { CommandIo } from './command-io.ts';
import { InputError } from './errors.ts';
import { writeAll } from './write-all.ts';

/** Moves to the start of the screen and clears it. */
const CLEAR = '\u001b[H\u001b[2J';

/**
 * Prints the output of a command again and again, on a terminal always at the start of the screen. Prints an error of a source
 * and goes on. Ends when the signal of the streams aborts, or when the reader closes the output.
 * @param produce reads the sources and returns the output
 * @returns the last exit code
 */
export async function watch(
  { stdout, stderr, signal }: CommandIo,
  intervalMs: number,
  produce: () => Promise<CommandOutput>,
): Promise<CommandOutput> {
  let exitCode = 0;
  while (!signal?.aborted) {
    const output = await outputOrError(produce);
    exitCode = output.exitCode;
    const clear = stdout.isTTY ? CLEAR : '';
    const isOpen = (await writeAll(stdout, clear + (output.stdout ?? ''))) && (await writeAll(stderr, output.stderr));
    if (!isOpen) break;
    try {
      await delay(intervalMs, undefined, signal && { signal });
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  }
  return { exitCode };
}

async function outputOrError(produce: () => Promise<CommandOutput>): Promise<CommandOutput> {
  try {
    return await produce();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { stderr: `promwright: ${errorMessage(error)}\n`, exitCode: 1 };
  }
}
