import { ParseError } from '../parse-error.ts';

// Encodings of fields.
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

const WIRE_NAMES: Readonly<Record<number, string>> = {
  [VARINT]: 'a varint',
  [FIXED64]: '8 bytes',
  [BYTES]: 'a length and bytes',
  [FIXED32]: '4 bytes',
};

/** Position in a protobuf document. Reads field by field, within the message that was entered last. */
export class ProtobufReader {
  readonly bytes: Uint8Array;
  at: number;
  /** End of the current message. */
  end: number;
  /** Number of the current field. */
  field = 0;
  /** Encoding of the current field. */
  wire = 0;
  // Halves of the last varint, 32 bits each.
  #low = 0;
  #high = 0;
  readonly #view: DataView;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  /** Number of bytes of the document before these bytes. */
  readonly #offset: number;

  constructor(bytes: Uint8Array, offset = 0) {
    this.bytes = bytes;
    this.at = 0;
    this.end = bytes.length;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#offset = offset;
  }

  /** Moves to the next field of the message. Returns false at the end of the message. */
  next(): boolean {
    if (this.at >= this.end) return false;
    const start = this.at;
    const tag = this.unsigned();
    this.field = Math.floor(tag / 8);
    this.wire = tag % 8;
    if (this.field === 0 || this.field > 0x1fffffff)
      this.fail('a field number from 1 to 536870911', start, String(this.field));
    return true;
  }

  /** Skips the current field. */
  skip(): void {
    switch (this.wire) {
      case VARINT:
        this.#varint();
        break;
      case FIXED64:
        this.#advance(8);
        break;
      case BYTES:
        this.#advance(this.#length());
        break;
      case FIXED32:
        this.#advance(4);
        break;
      default:
        this.fail('a field of a known encoding', this.at, `encoding ${this.wire}`);
    }
  }

  /** Enters the message in the current field. Returns the end of the outer message, for `leave`. */
  enter(): number {
    this.#expect(BYTES);
    const length = this.#length();
    const outer = this.end;
    this.end = this.at + length;
    return outer;
  }

  /** Moves past the end of the message that was entered. */
  leave(outer: number): void {
    this.at = this.end;
    this.end = outer;
  }

  /** Reads a non-negative varint; a number above 2^53 is rounded. */
  unsigned(): number {
    this.#varint();
    return this.#high * 2 ** 32 + this.#low;
  }

  /** Reads a field of type uint32, uint64 or enum. */
  uint(): number {
    this.#expect(VARINT);
    return this.unsigned();
  }

  /** Reads a field of type int32 or int64. */
  int(): number {
    this.#expect(VARINT);
    this.#varint();
    return (this.#high | 0) * 2 ** 32 + this.#low;
  }

  /** Reads the next varint as a number of type sint32 or sint64. */
  zigzag(): number {
    this.#varint();
    // Half of the varint, with all bits inverted if it was odd.
    const low = (this.#low >>> 1) | ((this.#high & 1) << 31);
    const high = this.#high >>> 1;
    const sign = -(this.#low & 1);
    return (high ^ sign) * 2 ** 32 + ((low ^ sign) >>> 0);
  }

  /** Reads a field of type sint32 or sint64. */
  sint(): number {
    this.#expect(VARINT);
    return this.zigzag();
  }

  /** Reads the next eight bytes as a number. */
  float64(): number {
    const start = this.at;
    this.#advance(8);
    return this.#view.getFloat64(start, true);
  }

  /** Reads a field of type double. */
  double(): number {
    this.#expect(FIXED64);
    return this.float64();
  }

  string(): string {
    const outer = this.enter();
    const { at, end } = this;
    this.leave(outer);
    try {
      return this.#decoder.decode(this.bytes.subarray(at, end));
    } catch {
      this.fail('UTF-8', at, 'invalid bytes');
    }
  }

  /** Yields before each number of a repeated field, for the caller to read. A writer may pack the numbers into one field. */
  *repeated(wire: typeof VARINT | typeof FIXED64): Generator<void, void, undefined> {
    if (this.wire !== BYTES) {
      this.#expect(wire);
      yield;
      return;
    }
    const outer = this.enter();
    while (this.at < this.end) yield;
    this.leave(outer);
  }

  /** @throws ParseError at a position in these bytes */
  fail(expected: string, at: number, found: string): never {
    throw new ParseError({ expected, found, line: 0, column: 0, byteOffset: this.#offset + at });
  }

  #expect(wire: number): void {
    if (this.wire === wire) return;
    const found = WIRE_NAMES[this.wire] ?? `encoding ${this.wire}`;
    this.fail(`field ${this.field} to be ${WIRE_NAMES[wire]}`, this.at, found);
  }

  #length(): number {
    const start = this.at;
    const length = this.unsigned();
    if (length > this.end - this.at) this.fail(`at most ${this.end - this.at} bytes`, start, `a length of ${length}`);
    return length;
  }

  #advance(length: number): void {
    if (length > this.end - this.at) this.fail(`${length} bytes`, this.at, `the end after ${this.end - this.at}`);
    this.at += length;
  }

  #varint(): void {
    const start = this.at;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= this.end) this.fail('the rest of a varint', this.at, 'the end');
      const byte = this.bytes[this.at++]!;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.#low = low >>> 0;
        this.#high = high >>> 0;
        return;
      }
    }
    this.fail('a varint of at most 10 bytes', start, 'a longer varint');
  }
}
