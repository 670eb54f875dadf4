const encoder = new TextEncoder();
// What was written begins with no mark of the order of bytes; if a name should, it is meant to.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

const NOTHING = new Uint8Array(0);
const NO_VIEW = new DataView(NOTHING.buffer);
const LEAST_BYTES = 4096;

/** Bytes that grow as they are written. Takes no memory before anything is. */
export class ByteSink {
  #bytes: Uint8Array = NOTHING;
  #view: DataView = NO_VIEW;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written, as it is now: the next write may change it. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** What was written, read as UTF-8. */
  decoded(): string {
    return decoder.decode(this.view());
  }

  clear(): void {
    this.#length = 0;
  }

  /** A copy of what was written; the sink is empty afterwards. */
  take(): Uint8Array {
    const bytes = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return bytes;
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A text without length, in UTF-8. Fast for what is short and ASCII, as numbers are. */
  characters(text: string): void {
    this.#reserve(text.length);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) {
        this.raw(encoder.encode(text));
        return;
      }
      bytes[at++] = code;
    }
    this.#length = at;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** An integer from 0 to 2^64, exact as far as a double is. */
  varint(value: number): void {
    this.#reserve(10);
    // Bit operations see only 32 bits.
    while (value >= 0x80000000) {
      this.#bytes[this.#length++] = (value % 128) | 0x80;
      value = Math.floor(value / 128);
    }
    while (value >= 0x80) {
      this.#bytes[this.#length++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    this.#bytes[this.#length++] = value;
  }

  /** An integer of either sign, as an `int64`: a negative one takes ten bytes. */
  int64(value: number): void {
    if (value >= 0) {
      this.varint(value);
      return;
    }
    this.#reserve(10);
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest >= 0x80n) {
      this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
  }

  /** An integer of either sign, as a `sint64`: small ones take little. */
  zigzag(value: number): void {
    this.varint(value >= 0 ? value * 2 : -value * 2 - 1);
  }

  double(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** A field that holds a text. */
  text(tag: number, value: string): void {
    const bytes = encoder.encode(value);
    this.byte(tag);
    this.varint(bytes.length);
    this.raw(bytes);
  }

  /** Begins a field that holds a message, or packed numbers; what is returned ends it. */
  begin(tag: number): number {
    this.#reserve(3);
    this.#bytes[this.#length] = tag;
    // Room for the length, in two bytes: what is written most often is that long.
    this.#length += 3;
    return this.#length;
  }

  /** Ends the field that began here, by writing its length in front of it. */
  end(start: number): void {
    const length = this.#length - start;
    if (length >= 0x80 && length < 0x4000) {
      this.#bytes[start - 2] = (length & 0x7f) | 0x80;
      this.#bytes[start - 1] = length >>> 7;
      return;
    }
    const size = length < 0x80 ? 1 : Math.ceil((32 - Math.clz32(length)) / 7);
    this.#reserve(size);
    const moved = start - 2 + size;
    this.#bytes.copyWithin(moved, start, this.#length);
    this.#length = start - 2;
    this.varint(length);
    this.#length = moved + length;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(LEAST_BYTES, this.#bytes.length * 2, this.#length + count));
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}
