import { formatNumber } from './format-number.ts';
import { MAX_NUMBER_BYTES, writeNumber } from './write-number.ts';

const encoder = new TextEncoder();
// Output has no byte order mark. With `ignoreBOM`, a metric name that starts with U+FEFF keeps the character.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export const NOTHING: Uint8Array = new Uint8Array(0);
const NO_VIEW = new DataView(NOTHING.buffer);
const MIN_CAPACITY = 4096;

/**
 * Size from which output is passed on as one chunk: passing a chunk on then costs little beside rendering the chunk.
 */
export const CHUNK_BYTES: number = 64 * 1024;

/** Buffer that grows while bytes are written. Takes no memory before the first write. */
export class ByteSink {
  protected bytes: Uint8Array = NOTHING;
  protected dataView: DataView = NO_VIEW;
  protected size = 0;

  get length(): number {
    return this.size;
  }

  /** Returns the written bytes without a copy; the next write may change them. */
  view(): Uint8Array {
    return this.bytes.subarray(0, this.size);
  }

  /** Returns the written bytes, decoded as UTF-8. */
  decoded(): string {
    return decoder.decode(this.view());
  }

  clear(): void {
    this.size = 0;
  }

  /** Returns a copy of the written bytes and empties the sink. */
  take(): Uint8Array {
    const bytes = this.bytes.slice(0, this.size);
    this.size = 0;
    return bytes;
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.size);
    this.size += bytes.length;
  }

  /** Writes a string as UTF-8, without its length. Fast for short ASCII strings, such as numbers. */
  characters(text: string): void {
    this.reserve(text.length);
    const bytes = this.bytes;
    let at = this.size;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) {
        this.raw(encoder.encode(text));
        return;
      }
      bytes[at++] = code;
    }
    this.size = at;
  }

  /** Writes a number as {@link formatNumber} does. */
  number(value: number): void {
    this.reserve(MAX_NUMBER_BYTES);
    const end = writeNumber(this.bytes, this.size, value);
    if (end < 0) this.characters(formatNumber(value));
    else this.size = end;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.size++] = value;
  }

  /** Grows the buffer until `count` more bytes fit. */
  protected reserve(count: number): void {
    if (this.size + count <= this.bytes.length) return;
    const bytes = new Uint8Array(Math.max(MIN_CAPACITY, this.bytes.length * 2, this.size + count));
    bytes.set(this.bytes.subarray(0, this.size));
    this.bytes = bytes;
    this.dataView = new DataView(bytes.buffer);
  }
}
