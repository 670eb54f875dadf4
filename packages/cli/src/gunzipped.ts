import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InputError } from './errors.ts';
import { limitedBytes } from './limited-bytes.ts';

/**
 * Returns the content of a gzip file, or other bytes unchanged. No document in a format of metrics begins like gzip.
 * @throws InputError if the content is broken or has more than `maxBytes` bytes
 */
export async function gunzipped(body: Uint8Array, displayName: string, maxBytes: number): Promise<Uint8Array> {
  if (body[0] !== 0x1f || body[1] !== 0x8b) return body;
  try {
    return await limitedBytes(Readable.from([body]).pipe(createGunzip()), displayName, maxBytes);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${displayName}: not a valid gzip file`, { cause: error });
  }
}
