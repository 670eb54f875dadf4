import type { MetricFamily } from '@promwright/model';
import { ByteQueue } from './byte-queue.ts';
import { decodeLoosely, decodeUtf8 } from './decode-utf8.ts';
import { type DocumentFormat, formatOfContentType, looksLikeProtobuf } from './document-format.ts';
import { OpenMetricsReader } from './openmetrics/open-metrics-reader.ts';
import { checkParseOptions, type ParseOptions } from './parse-options.ts';
import { readFamily } from './protobuf/protobuf-family.ts';
import { ProtobufReader } from './protobuf/protobuf-reader.ts';
import type { DocumentReader } from './text/document-reader.ts';
import { TextReader } from './text/text-reader.ts';

/**
 * Reads a document while it arrives, and yields each family when the next family begins. Keeps at most the largest family and
 * the names of all families in memory. Chunks may end anywhere.
 *
 * Differences from {@link parse}: without a content type, OpenMetrics is not recognised, because its end is not known. A family
 * of text 0.0.4 with scattered lines comes in several pieces.
 *
 * @throws ParseError at the first error, after the families before it
 */
export function parseStream(
  chunks: AsyncIterable<Uint8Array>,
  contentType?: string,
  options: ParseOptions = {},
): AsyncIterable<MetricFamily> {
  checkParseOptions('parseStream', options);
  return families(
    chunks,
    contentType === undefined ? undefined : formatOfContentType(contentType),
    options.strict ?? false,
  );
}

async function* families(
  chunks: AsyncIterable<Uint8Array>,
  known: DocumentFormat | undefined,
  strict: boolean,
): AsyncGenerator<MetricFamily, void, undefined> {
  const queue = new ByteQueue();
  let reader = known === undefined ? undefined : readerOf(known, strict);
  for await (const chunk of chunks) {
    queue.push(chunk);
    if (reader === undefined && queue.length >= DETECTION_BYTES) reader = readerOf(detectFormat(queue), strict);
    if (reader !== undefined) yield* reader.read(queue);
  }
  reader ??= readerOf(detectFormat(queue), strict);
  yield* reader.read(queue);
  yield* reader.end(queue);
}

/** Number of bytes for recognising protobuf: two lengths and a name of usual length. */
const DETECTION_BYTES = 512;

function detectFormat(queue: ByteQueue): DocumentFormat {
  return looksLikeProtobuf(queue.peek(DETECTION_BYTES)) ? 'protobuf' : 'text';
}

/** Reader that takes as much as it can use from a queue. */
interface ChunkReader {
  read(queue: ByteQueue): Iterable<MetricFamily>;
  end(queue: ByteQueue): Iterable<MetricFamily>;
}

function readerOf(format: DocumentFormat, strict: boolean): ChunkReader {
  switch (format) {
    case 'protobuf':
      return new MessageChunkReader();
    case 'text':
      return new LineChunkReader(new TextReader({ utf8: true, strict, early: true }), decodeLoosely);
    default:
      return new LineChunkReader(
        new OpenMetricsReader({ version2: format === 'openmetrics-2', strict, utf8: true }),
        decodeUtf8,
      );
  }
}

class LineChunkReader implements ChunkReader {
  readonly #reader: DocumentReader;
  readonly #decode: (bytes: Uint8Array, line: number) => string;
  /** Number of bytes at the front of the queue that contain no line feed. */
  #searched = 0;

  constructor(reader: DocumentReader, decode: (bytes: Uint8Array, line: number) => string) {
    this.#reader = reader;
    this.#decode = decode;
  }

  read(queue: ByteQueue): Iterable<MetricFamily> {
    const end = queue.lastIndexOf(LINE_FEED, this.#searched) + 1;
    const lines = queue.take(end);
    this.#searched = queue.length;
    return this.#after(() => this.#reader.push(this.#decode(lines, this.#reader.line)));
  }

  end(queue: ByteQueue): Iterable<MetricFamily> {
    const rest = queue.take(queue.length);
    return this.#after(() => this.#reader.end(this.#decode(rest, this.#reader.line)));
  }

  /** Runs a step and yields the families that it completed, also if it throws. */
  *#after(step: () => void): Generator<MetricFamily, void, undefined> {
    try {
      step();
    } catch (error) {
      yield* this.#reader.take();
      throw error;
    }
    yield* this.#reader.take();
  }
}

const LINE_FEED = 10;

class MessageChunkReader implements ChunkReader {
  /** Number of bytes taken before. */
  #offset = 0;

  *read(queue: ByteQueue): Generator<MetricFamily, void, undefined> {
    for (let header = this.#header(queue); header !== undefined; header = this.#header(queue)) {
      const size = header.start + header.length;
      if (queue.length < size) return;
      const reader = new ProtobufReader(queue.take(size), this.#offset);
      reader.at = header.start;
      this.#offset += size;
      yield readFamily(reader);
    }
  }

  end(queue: ByteQueue): MetricFamily[] {
    if (queue.length === 0) return [];
    const header = this.#header(queue);
    const reader = new ProtobufReader(queue.take(queue.length), this.#offset);
    if (header === undefined) return reader.fail('the length of a message', 0, 'the end');
    return reader.fail(`a message of at most ${reader.end - header.start} bytes`, 0, `a length of ${header.length}`);
  }

  /** Returns length and start of the next message; undefined until the length has arrived. */
  #header(queue: ByteQueue): { start: number; length: number } | undefined {
    const bytes = queue.peek(MAX_VARINT_BYTES);
    if (bytes.length < MAX_VARINT_BYTES && bytes.every((byte) => byte >= 0x80)) return undefined;
    const reader = new ProtobufReader(bytes, this.#offset);
    const length = reader.unsigned();
    return { start: reader.at, length };
  }
}

const MAX_VARINT_BYTES = 10;
