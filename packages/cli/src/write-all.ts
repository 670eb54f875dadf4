import type { OutputStream } from './command-io.ts';

/**
 * Writes text or bytes and waits until the stream has accepted everything. It is not an error if the reader closes the
 * pipe early, as in `| head`: resolves with false then.
 */
export async function writeAll(stream: OutputStream, chunk: string | Uint8Array | undefined): Promise<boolean> {
  if (chunk === undefined || chunk.length === 0) return true;
  return new Promise<boolean>((resolve, reject) => {
    stream.write(chunk, (error) => {
      if (error && !isClosedPipe(error)) reject(error);
      else resolve(!error);
    });
  });
}

function isClosedPipe(error: Error): boolean {
  return 'code' in error && error.code === 'EPIPE';
}
