/** Bytes of a record while it is written: numbers in the byte order of the machine, because no other machine reads them. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafe(4096);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Returns the bytes so far. They stay valid until the next write. */
  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Forgets all bytes from a position on. */
  cut(length: number): void {
    this.#length = length;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  integer(value: number): void {
    this.#reserve(4);
    this.#bytes.writeInt32LE(value, this.#length);
    this.#length += 4;
  }

  number(value: number): void {
    this.#reserve(8);
    this.#bytes.writeDoubleLE(value, this.#length);
    this.#length += 8;
  }

  /** Writes the bytes of numbers in an array. The reader must know their number. */
  numbers(values: Float64Array | Int32Array | Uint8Array): void {
    const { byteLength } = values;
    this.#reserve(byteLength);
    this.#bytes.set(new Uint8Array(values.buffer, values.byteOffset, byteLength), this.#length);
    this.#length += byteLength;
  }

  text(value: string): void {
    const length = Buffer.byteLength(value);
    this.integer(length);
    this.#reserve(length);
    this.#bytes.write(value, this.#length);
    this.#length += length;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
