import { close, open, read, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { nextTurn } from './next-turn.ts';

const openFile = promisify(open);
const readChunk = promisify(read);
const closeFile = promisify(close);
const READ_BYTES = 8192;

/** Reads the text of a file; `undefined` if the file cannot be read. */
export type ReadText = (path: string) => string | undefined;

/** Reads a small /proc or cgroup file synchronously, in some microseconds; `undefined` if the file cannot be read. */
export function readNow(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Reads a /proc or cgroup file asynchronously; `undefined` if the file cannot be read. `readFile` of node:fs is
 * avoided: it asks for the size of the file, unknown for these files, and may keep the file open slightly longer.
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
      // Without this turn, the metrics of active requests would count the closing of the file.
      await nextTurn();
    }
  } catch {
    return undefined;
  }
}
