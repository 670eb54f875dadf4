import { InputError } from './errors.ts';

/** Limit of the size of a document, in bytes: the same for a URL, a file and standard input. */
export const MAX_BODY_BYTES: number = 256 * 2 ** 20;

/**
 * Reads a whole stream and returns its bytes. Strings are encoded as UTF-8.
 * @throws InputError as soon as more than `maxBytes` bytes have been read
 */
export async function limitedBytes(
  stream: AsyncIterable<Uint8Array | string>,
  displayName: string,
  maxBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    length += bytes.length;
    if (length > maxBytes) throw new InputError(`${displayName}: exceeds the limit of ${formatSize(maxBytes)}`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks, length);
}

function formatSize(bytes: number): string {
  return bytes % 2 ** 20 === 0 ? `${bytes / 2 ** 20} MiB` : `${bytes} bytes`;
}
