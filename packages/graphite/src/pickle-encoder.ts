import type { GraphitePoint } from './graphite-points.ts';
import type { PointEncoder } from './plaintext-encoder.ts';

/**
 * Encoder of Carbon's pickle protocol: a list of `(path, (seconds, value))` in version 2 of Python's pickle format,
 * preceded by its length in four bytes, big-endian. A list has at most about 64 KiB; Carbon accepts 1 MiB.
 */
export class PickleEncoder implements PointEncoder {
  #buffer: Buffer | undefined;
  #length = 0;

  add({ path, value, seconds }: GraphitePoint): Uint8Array | undefined {
    this.#buffer ??= this.#begin();
    const buffer = this.#buffer;
    let at = this.#length;
    // Five bytes precede each path, and 20 bytes follow.
    const bytes = buffer.write(path, at + 5);
    buffer[at] = BINUNICODE;
    buffer.writeUInt32LE(bytes, at + 1);
    at += 5 + bytes;
    // The time is a float, because an integer of four bytes overflows in 2038.
    buffer[at] = BINFLOAT;
    buffer.writeDoubleBE(seconds, at + 1);
    buffer[at + 9] = BINFLOAT;
    buffer.writeDoubleBE(value, at + 10);
    buffer[at + 18] = TUPLE2;
    buffer[at + 19] = TUPLE2;
    this.#length = at + 20;
    return this.#length < CHUNK_BYTES ? undefined : this.end();
  }

  end(): Uint8Array | undefined {
    const buffer = this.#buffer;
    if (buffer === undefined) return undefined;
    buffer[this.#length++] = APPENDS;
    buffer[this.#length++] = STOP;
    buffer.writeUInt32BE(this.#length - HEADER_BYTES, 0);
    this.#buffer = undefined;
    return buffer.subarray(0, this.#length);
  }

  #begin(): Buffer {
    // Each list has a new buffer, because the connection may still be sending the previous buffer.
    const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES + MAX_POINT_BYTES);
    buffer.set([PROTO, 2, EMPTY_LIST, MARK], HEADER_BYTES);
    this.#length = HEADER_BYTES + 4;
    return buffer;
  }
}

const CHUNK_BYTES = 64 * 1024;
/** Limit of a point: a path has at most 8000 bytes. */
const MAX_POINT_BYTES = 8192;
const HEADER_BYTES = 4;

// Opcodes of Python's pickletools.
const PROTO = 0x80;
const EMPTY_LIST = 0x5d; // ]
const MARK = 0x28; // (
const BINUNICODE = 0x58; // X
const BINFLOAT = 0x47; // G
const TUPLE2 = 0x86;
const APPENDS = 0x65; // e
const STOP = 0x2e; // .
