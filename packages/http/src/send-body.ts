import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGzip, gzip } from 'node:zlib';
import type { ContentCoding } from './content-coding.ts';

/** How a body is sent. */
export interface SendOptions {
  /** What the reader takes; a small body is sent plain all the same. */
  readonly coding: ContentCoding;
  /** Aborted when the reader has left. */
  readonly signal: AbortSignal;
}

/** Below this gzip saves less than a packet. */
const COMPRESS_FROM_BYTES = 1024;
/** The fastest: a scrape repeats itself so much that a thorough search finds little more. */
const LEVEL = 1;

const gzipOnce = promisify(gzip);

/**
 * Sends a body with status 200. One that comes in a single chunk is sent with its length; more are passed on as fast as the
 * reader takes them. Compression runs on another thread.
 * @throws what `chunks` throws, before anything was sent if that was the first or second chunk
 */
export async function sendBody(
  res: ServerResponse,
  headers: OutgoingHttpHeaders,
  chunks: AsyncGenerator<Uint8Array, void, undefined>,
  { coding, signal }: SendOptions,
): Promise<void> {
  try {
    const first = await chunks.next();
    const second = first.done ? first : await chunks.next();
    if (second.done) {
      await sendOne(res, headers, first.value ?? new Uint8Array(0), { coding, signal });
      return;
    }
    signal.throwIfAborted();
    const body = resumed([first.value as Uint8Array, second.value], chunks);
    if (coding === 'gzip') {
      res.writeHead(200, { ...headers, 'Content-Encoding': 'gzip' });
      await pipeline(body, createGzip({ level: LEVEL }), res);
    } else {
      res.writeHead(200, headers);
      await pipeline(body, res);
    }
  } finally {
    await chunks.return();
  }
}

async function sendOne(
  res: ServerResponse,
  headers: OutgoingHttpHeaders,
  plain: Uint8Array,
  { coding, signal }: SendOptions,
): Promise<void> {
  const compress = coding === 'gzip' && plain.length >= COMPRESS_FROM_BYTES;
  const body = compress ? await gzipOnce(plain, { level: LEVEL }) : plain;
  signal.throwIfAborted();
  res.writeHead(200, {
    ...headers,
    ...(compress && { 'Content-Encoding': 'gzip' }),
    'Content-Length': body.length,
  });
  res.end(body);
}

/** What was read already, then the rest. */
async function* resumed(
  read: readonly Uint8Array[],
  rest: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* read;
  yield* rest;
}
