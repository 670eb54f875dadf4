import { close, open, read, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { nextTurn } from './next-turn.ts';

const openFile = promisify(open);
const readChunk = promisify(read);
const closeFile = promisify(close);
const READ_BYTES = 8192;

/** Gives the text of a file; `undefined` where it cannot be read. */
export type ReadText = (path: string) => string | undefined;

/** Text of a small file of the kernel, which takes some microseconds; `undefined` where it cannot be read. */
export function readNow(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Text of a file for which the kernel may have to work; the event loop goes on meanwhile. Its own steps rather than those of
 * `readFile`, which asks files of the kernel for a size that they do not have, and may leave them open a little longer.
 */
export async function readLater(path: string): Promise<string | undefined> {
  try {
    const file = await openFile(path, 'r');
    try {
      let text = '';
      for (;;) {
        const { bytesRead, buffer } = await readChunk(file, Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, null);
        if (bytesRead === 0) return text;
        text += buffer.toString('latin1', 0, bytesRead);
      }
    } finally {
      await closeFile(file);
      // Else what counts active requests would count this one.
      await nextTurn();
    }
  } catch {
    return undefined;
  }
}
