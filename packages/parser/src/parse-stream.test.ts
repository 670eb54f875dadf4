import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CORPUS } from '../test/corpus.ts';
import { encodeProtobuf } from '../test/encode-protobuf.ts';
import { allPlain, plain } from '../test/plain.ts';
import { parse } from './parse.ts';
import type { ParseOptions } from './parse-options.ts';
import { parseStream } from './parse-stream.ts';

const PROTOBUF = 'application/vnd.google.protobuf';

async function* chunksOf(body: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let i = 0;
  for (let at = 0; at < body.length; i++) {
    const size = sizes[i % sizes.length]!;
    yield body.slice(at, at + size);
    at += size;
  }
}

const bytesOf = (body: string | Uint8Array) => (typeof body === 'string' ? new TextEncoder().encode(body) : body);

/** Returns the families of a stream, and the message of the error that ends it, if any. */
async function outcome(
  chunks: AsyncIterable<Uint8Array>,
  contentType?: string,
  options?: ParseOptions,
): Promise<{ names: string[]; error?: string }> {
  const names: string[] = [];
  try {
    for await (const { name, size } of parseStream(chunks, contentType, options)) names.push(`${name} ${size}`);
    return { names };
  } catch (error) {
    return { names, error: (error as Error).message };
  }
}

const documents: [contentType: string, body: string | Uint8Array][] = [
  ...CORPUS.text.map((body): [string, string] => ['text/plain', body]),
  ...CORPUS.openMetrics1.map((body): [string, string] => ['application/openmetrics-text', body]),
  ...CORPUS.openMetrics2.map((body): [string, string] => ['application/openmetrics-text;version=2.0.0', body]),
  ...CORPUS.protobuf.map((body): [string, Uint8Array] => [PROTOBUF, body]),
];

describe('parseStream', () => {
  test('yields the families of the whole document, wherever its chunks end', async () => {
    const anyDocument = fc.constantFrom(...documents);
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });

    await fc.assert(
      fc.asyncProperty(anyDocument, sizes, async ([contentType, body], sizes) => {
        const read = [];
        for await (const family of parseStream(chunksOf(bytesOf(body), sizes), contentType)) read.push(plain(family));

        expect(read).toEqual(allPlain(parse(body, contentType)));
      }),
      { numRuns: 500 },
    );
  });

  describe('a family', () => {
    test.each([
      ['text/plain', '# TYPE a gauge\na 1\na{b="c"} 2\nd 3\n', '# TYPE e gauge\n', ['a 2'], ['d 1', 'e 0']],
      ['application/openmetrics-text', '# TYPE a gauge\na 1\na{b="c"} 2\nd 3\n', '# EOF\n', ['a 2'], ['d 1']],
    ])('is yielded when the next family begins: %s', async (contentType, first, second, early, late) => {
      let release = (_: Uint8Array): void => {};
      const rest = new Promise<Uint8Array>((resolve) => {
        release = resolve;
      });
      const chunks = (async function* () {
        yield bytesOf(first);
        yield await rest;
      })();
      const families = parseStream(chunks, contentType)[Symbol.asyncIterator]();

      const before = await families.next();

      expect([`${before.value.name} ${before.value.size}`]).toEqual(early);
      release(bytesOf(second));
      const after: string[] = [];
      for (let next = await families.next(); !next.done; next = await families.next()) {
        after.push(`${next.value.name} ${next.value.size}`);
      }
      expect(after).toEqual(late);
    });

    test('of text 0.0.4 with scattered lines is yielded in pieces, all with its type', async () => {
      const text = '# HELP a Help.\n# TYPE a counter\na 1\nb 2\na{c="d"} 3\n# TYPE b gauge\n';

      expect(await outcome(chunksOf(bytesOf(text.replace('# TYPE b gauge\n', '')), [7]), 'text/plain')).toEqual({
        names: ['a 1', 'b 1', 'a 1'],
      });
      expect(await outcome(chunksOf(bytesOf(text), [7]), 'text/plain', { strict: true })).toEqual({
        names: ['a 1', 'b 1'],
        error: 'Line 6, column 3: expected one TYPE for "b", before its samples; got another',
      });
    });
  });

  test('reads protobuf without a content type if the stream begins like protobuf, else text', async () => {
    const bytes = encodeProtobuf([{ name: 'p', type: 'gauge', rows: [] }]);

    expect(await outcome(chunksOf(bytes, [1]))).toEqual({ names: ['p 0'] });
    expect(await outcome(chunksOf(bytesOf('a 1\n'), [1]))).toEqual({ names: ['a 1'] });
    expect(await outcome(chunksOf(bytesOf(`a 1\n${'b 2\n'.repeat(1000)}`), [100]))).toEqual({
      names: ['a 1', 'b 1000'],
    });
    expect(await outcome(chunksOf(new Uint8Array(), [1]))).toEqual({ names: [] });
    expect(() => parseStream(chunksOf(bytes, [1]), 'text/html')).toThrow('Content type must be');
  });

  test('reads a label value with line feeds, wherever its chunks end', async () => {
    const value = 'x\n'.repeat(300);
    const text = bytesOf(`a{b="${value}"} 1\nc 2\n`);

    for (const size of [1, 2, 7, 100]) {
      const read = [];
      for await (const family of parseStream(chunksOf(text, [size]), 'text/plain')) read.push(plain(family));
      expect(read).toEqual(allPlain(parse(text, 'text/plain')));
    }
    expect(await outcome(chunksOf(bytesOf('a 1\nb{c="d\ne 1\n'), [3]), 'text/plain')).toEqual({
      names: ['a 1'],
      error: 'Line 3, column 4: expected a closing quote; got the end of the line',
    });
  });

  test('throws at the first error, after the families before it', async () => {
    const wrong = Uint8Array.from([...bytesOf('a 1\nb 1\nc{d="e'), 0xff, ...bytesOf('"} 1\n')]);
    const cut = encodeProtobuf([
      { name: 'p', type: 'gauge', rows: [] },
      { name: 'q', type: 'gauge', rows: [] },
    ]).slice(0, -1);

    expect(await outcome(chunksOf(wrong, [3]), 'text/plain')).toEqual({
      names: ['a 1', 'b 1'],
      error: 'Line 3, column 7: expected UTF-8; got the byte 0xff',
    });
    expect(await outcome(chunksOf(bytesOf('a 1\nb 1'), [3]), 'text/plain')).toEqual({ names: ['a 1', 'b 1'] });
    expect(await outcome(chunksOf(bytesOf('a 1\nb 1'), [3]), 'text/plain', { strict: true })).toEqual({
      names: ['a 1'],
      error: 'Line 2, column 4: expected a line feed at the end; got the end of the document',
    });
    expect(await outcome(chunksOf(bytesOf('a 1\nb 1\n'), [3]), 'application/openmetrics-text')).toEqual({
      names: ['a 1'],
      error: 'Line 3, column 1: expected "# EOF" at the end; got the end of the document',
    });
    expect(await outcome(chunksOf(cut, [3]), PROTOBUF)).toEqual({
      names: ['p 0'],
      error: 'Byte 6: expected a message of at most 4 bytes; got a length of 5',
    });
  });
});
