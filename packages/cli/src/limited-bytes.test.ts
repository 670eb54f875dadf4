import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { startServer } from '../test/start-server.ts';
import { fetchDocument } from './fetch-document.ts';
import { limitedBytes, MAX_BODY_BYTES } from './limited-bytes.ts';

test('limitedBytes returns up to the limit of bytes, from strings and bytes', async () => {
  const bytes = await limitedBytes(Readable.from(['ab', Buffer.from('é')]), 'page', 4);

  expect(Buffer.from(bytes).toString()).toBe('abé');
});

test('limitedBytes stops reading above the limit', async () => {
  let read = 0;
  async function* endless() {
    for (;;) {
      read++;
      yield new Uint8Array(2 ** 20);
    }
  }

  await expect(limitedBytes(endless(), 'page', MAX_BODY_BYTES)).rejects.toThrow('page: exceeds the limit of 256 MiB');
  expect(read).toBe(257);
});

test('fetchDocument limits the decompressed size of a response', async () => {
  const { url } = await startServer((_, res) => {
    res.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(2 ** 22)));
  });
  const options = { accept: '*/*', headers: [], timeoutMs: 5000, maxBytes: 2 ** 20, ignoreContentType: false };

  await expect(fetchDocument(url, options)).rejects.toThrow(`${url}: exceeds the limit of 1 MiB`);
});
