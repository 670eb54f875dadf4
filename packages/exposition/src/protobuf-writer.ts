import { ByteSink } from './byte-sink.ts';

const encoder = new TextEncoder();

// Wire types of the protobuf encoding, the lowest three bits of a tag.
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;

/**
 * Writer of protobuf messages. The methods named after types write a field, tag included; their field numbers are at
 * most 15, so that a tag takes one byte. `varint`, `zigzag` and `float64` write a number without a tag.
 */
export class ProtobufWriter extends ByteSink {
  /** Writes a field of type `uint32`, `uint64` or of an enum. */
  uint(field: number, value: number): void {
    this.byte((field << 3) | VARINT);
    this.varint(value);
  }

  /** Writes a field of type `int64`. A negative integer takes ten bytes. */
  int(field: number, value: number): void {
    this.byte((field << 3) | VARINT);
    if (value >= 0) {
      this.varint(value);
      return;
    }
    this.reserve(10);
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest >= 0x80n) {
      this.bytes[this.size++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.bytes[this.size++] = Number(rest);
  }

  /** Writes a field of type `sint32` or `sint64`. */
  sint(field: number, value: number): void {
    this.byte((field << 3) | VARINT);
    this.zigzag(value);
  }

  /** Writes a field of type `double`. */
  double(field: number, value: number): void {
    this.byte((field << 3) | FIXED64);
    this.float64(value);
  }

  /** Writes a field of type `string`. */
  string(field: number, value: string): void {
    const bytes = encoder.encode(value);
    this.byte((field << 3) | LENGTH);
    this.varint(bytes.length);
    this.raw(bytes);
  }

  /**
   * Begins a field that contains a message or packed numbers; here field numbers up to 2047 are possible.
   * @returns the position to pass to `end`
   */
  begin(field: number): number {
    let tag = (field << 3) | LENGTH;
    if (tag > 0x7f) {
      this.byte((tag & 0x7f) | 0x80);
      tag >>>= 7;
    }
    this.reserve(3);
    this.bytes[this.size] = tag;
    // Two bytes are kept free for the length: most messages here are that long.
    this.size += 3;
    return this.size;
  }

  /** Ends the field that began at `start`: writes the length in front of the content. */
  end(start: number): void {
    const length = this.size - start;
    if (length >= 0x80 && length < 0x4000) {
      this.bytes[start - 2] = (length & 0x7f) | 0x80;
      this.bytes[start - 1] = length >>> 7;
      return;
    }
    const lengthBytes = length < 0x80 ? 1 : Math.ceil((32 - Math.clz32(length)) / 7);
    this.reserve(lengthBytes);
    const moved = start - 2 + lengthBytes;
    this.bytes.copyWithin(moved, start, this.size);
    this.size = start - 2;
    this.varint(length);
    this.size = moved + length;
  }

  /** Writes an integer from 0 to 2^64, as exact as a double is. */
  varint(value: number): void {
    this.reserve(10);
    // Bit operations work on 32 bits only.
    while (value >= 0x80000000) {
      this.bytes[this.size++] = (value % 128) | 0x80;
      value = Math.floor(value / 128);
    }
    while (value >= 0x80) {
      this.bytes[this.size++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    this.bytes[this.size++] = value;
  }

  /** Writes an integer of either sign; an integer near 0 takes few bytes. */
  zigzag(value: number): void {
    this.varint(value >= 0 ? value * 2 : -value * 2 - 1);
  }

  float64(value: number): void {
    this.reserve(8);
    this.dataView.setFloat64(this.size, value, true);
    this.size += 8;
  }
}
