import type { ServerResponse } from 'node:http';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { MIN_COMPRESSED_BYTES } from '../../scrape/limits.ts';
import type { ScrapeBody } from '../../scrape/scrape-response.ts';

/** Compression by one coding. */
interface Encoder {
  whole(plain: Uint8Array): Promise<Uint8Array>;
  stream(): Transform;
}

/** Zstd exists in Node 22.15, 23.8 and later. The types of Node that are used here are older. */
interface ZlibWithZstd {
  readonly zstdCompress?: (
    plain: Uint8Array,
    options: object,
    done: (error: Error | null, body: Buffer) => void,
  ) => void;
  readonly createZstdCompress?: (options: object) => Transform;
  readonly constants: { readonly ZSTD_c_compressionLevel?: number };
}

/** Fastest level: a scrape is so repetitive that a thorough search finds little more. */
const LEVEL = 1;

/**
 * Returns `node:zlib` with zstd where Node has it. Loaded on the first call instead of imported, as are the servers of
 * `node:http` and `node:https`: on Node 24 these modules together double the time of loading this package.
 */
function loadZlib(): typeof import('node:zlib') & ZlibWithZstd {
  return process.getBuiltinModule('node:zlib') as typeof import('node:zlib') & ZlibWithZstd;
}

/** Returns the codings that this Node supports, best first. */
export function supportedCodings(): readonly ('zstd' | 'gzip')[] {
  const { zstdCompress, createZstdCompress } = loadZlib();
  return zstdCompress === undefined || createZstdCompress === undefined ? ['gzip'] : ['zstd', 'gzip'];
}

function encoderOf(coding: 'zstd' | 'gzip'): Encoder {
  const { constants, createGzip, createZstdCompress, gzip, zstdCompress } = loadZlib();
  if (coding === 'zstd' && zstdCompress !== undefined && createZstdCompress !== undefined) {
    const options = { params: { [constants.ZSTD_c_compressionLevel ?? 100]: LEVEL } };
    return { whole: (plain) => promisify(zstdCompress)(plain, options), stream: () => createZstdCompress(options) };
  }
  return { whole: (plain) => promisify(gzip)(plain, { level: LEVEL }), stream: () => createGzip({ level: LEVEL }) };
}

/**
 * Sends a body with status 200. A whole body is sent with its length; chunks are sent as fast as the client reads. Compression
 * runs on another thread. The promise settles when all bytes were passed to the operating system, or the connection is closed.
 * @param signal aborted when the client has left, or reads too slowly
 * @throws the error of generating the chunks
 */
export async function sendBody(
  res: ServerResponse,
  headers: Readonly<Record<string, string>>,
  { content, coding, isPlainRefused }: ScrapeBody,
  signal: AbortSignal,
): Promise<void> {
  const encoder = coding === 'identity' ? undefined : encoderOf(coding);
  if (content instanceof Uint8Array) {
    const isEncoded = isPlainRefused || content.length >= MIN_COMPRESSED_BYTES;
    await sendWhole(res, { ...headers }, content, isEncoded && encoder ? { encoder, coding } : undefined, signal);
  } else if (encoder === undefined) {
    res.writeHead(200, headers);
    await pipeline(content, res);
  } else {
    res.writeHead(200, { ...headers, 'Content-Encoding': coding });
    await pipeline(content, encoder.stream(), res);
  }
}

async function sendWhole(
  res: ServerResponse,
  headers: Record<string, string>,
  plain: Uint8Array,
  encoding: { readonly encoder: Encoder; readonly coding: string } | undefined,
  signal: AbortSignal,
): Promise<void> {
  let body = plain;
  if (encoding !== undefined) {
    body = await encoding.encoder.whole(plain);
    signal.throwIfAborted();
    headers['Content-Encoding'] = encoding.coding;
  }
  headers['Content-Length'] = String(body.length);
  res.writeHead(200, headers);
  // Not finished() of Node: its dozen listeners take longer than some scrapes.
  await new Promise<void>((resolve, reject) => {
    res.on('finish', resolve).on('close', resolve).on('error', reject).end(body);
  });
}
