import type { OutputStream } from './command-io.ts';

/**
 * Writes text or bytes and waits until the stream has accepted everything. It is not an error if the reader closes the
 * pipe early, as in `| head`.
 */
export async function writeAll(stream: OutputStream, chunk: string | Uint8Array | undefined): Promise<void> {
  if (chunk === undefined || chunk.length === 0) return;
  await new Promise<void>((resolve, reject) => {
    stream.write(chunk, (error) => (error && !isClosedPipe(error) ? reject(error) : resolve()));
  });
}

function isClosedPipe(error: Error): boolean {
  return 'code' in error && error.code === 'EPIPE';
}
