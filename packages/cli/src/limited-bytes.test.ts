import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { startServer } from '../test/start-server.ts';
import { fetchDocument } from './fetch-document.ts';
import { limitedBytes, MAX_BODY_BYTES } from './limited-bytes.ts';

test('gives as many bytes as are allowed, text and bytes alike', async () => {
  const bytes = await limitedBytes(Readable.from(['ab', Buffer.from('é')]), 'page', 4);

  expect(Buffer.from(bytes).toString()).toBe('abé');
});

test('stops reading as soon as there are more', async () => {
  let read = 0;
  async function* endless() {
    for (;;) {
      read++;
      yield new Uint8Array(2 ** 20);
    }
  }

  await expect(limitedBytes(endless(), 'page', MAX_BODY_BYTES)).rejects.toThrow(
    'page: has more than 256 MiB, which is the limit',
  );
  expect(read).toBe(257);
});

test('counts what a compressed answer is unpacked to', async () => {
  const { url } = await startServer((_, res) => {
    res.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(2 ** 22)));
  });
  const options = { accept: '*/*', headers: [], timeoutMs: 5000, maxBytes: 2 ** 20, ignoreContentType: false };

  await expect(fetchDocument(url, options)).rejects.toThrow(`${url}: has more than 1 MiB, which is the limit`);
});
