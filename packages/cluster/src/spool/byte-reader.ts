/** Reads bytes that a {@link ByteWriter} wrote. Reading past the end throws a RangeError. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    return this.#bytes.readUInt8(this.#advance(1));
  }

  integer(): number {
    return this.#bytes.readInt32LE(this.#advance(4));
  }

  number(): number {
    return this.#bytes.readDoubleLE(this.#advance(8));
  }

  numbers(count: number): Float64Array {
    return new Float64Array(this.#copy(count * 8));
  }

  integers(count: number): Int32Array {
    return new Int32Array(this.#copy(count * 4));
  }

  bytes(count: number): Uint8Array {
    return new Uint8Array(this.#copy(count));
  }

  text(): string {
    const length = this.integer();
    const start = this.#advance(length);
    return this.#bytes.toString('utf8', start, start + length);
  }

  /** Returns a copy of bytes, because typed arrays need aligned memory. */
  #copy(length: number): ArrayBuffer {
    const start = this.#advance(length);
    const copy = new ArrayBuffer(length);
    new Uint8Array(copy).set(this.#bytes.subarray(start, start + length));
    return copy;
  }

  #advance(length: number): number {
    const start = this.#at;
    if (length < 0 || start + length > this.#bytes.length) throw new RangeError('The record ends too early');
    this.#at = start + length;
    return start;
  }
}
