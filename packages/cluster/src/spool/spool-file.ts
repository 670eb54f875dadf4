import { crc32 } from 'node:zlib';
import type { ProcessIdentity } from './process-identity.ts';

// Layout of a file: 8 bytes of magic, 8 bytes of heartbeat, the header, then records. The header and each record are a length and a
// checksum of four bytes each, then as many bytes.

/** First bytes of a file, with the version of the layout. */
export const MAGIC = 'promwr\x00\x01';
/** Place of the time at which the member was last seen to work, in milliseconds of the system's monotonic clock. */
export const HEARTBEAT_AT = 8;
/** Heartbeat of a member that has left. */
export const ENDED: number = Number.NEGATIVE_INFINITY;
export const HEADER_AT = 16;
/** Bytes in front of the header and of each record. */
export const FRAME_BYTES = 8;
/** Not zero, so that zeros are no record. */
const CHECKSUM_SEED = 0x70726f6d;
/** Version of the changes in records. A reader leaves out members with another version. */
export const FORMAT = 1;

/** Header of the file of a member. */
export interface MemberHeader extends ProcessIdentity {
  readonly kind: 'member';
  /** Number of times that the file was written anew: files with different contents have different headers. */
  readonly rewrites: number;
  readonly format: number;
  readonly id: string;
  /** Start time of the member, in milliseconds since the epoch. */
  readonly startedMs: number;
}

/** Header of the file with the counts of members that have ended. */
export interface EndedHeader {
  readonly kind: 'ended';
  readonly format: number;
  /** Number of members whose counts are in the file. */
  readonly count: number;
  /** Ids of these members whose own files may still exist: those count no more. */
  readonly folded: readonly string[];
}

export type Header = MemberHeader | EndedHeader;

/** Returns the first bytes of a file. */
export function headerBytes(header: Header): Buffer {
  const start = Buffer.alloc(HEADER_AT);
  start.write(MAGIC, 'latin1');
  start.writeDoubleLE(monotonicMs(), HEARTBEAT_AT);
  return Buffer.concat([start, frame(Buffer.from(JSON.stringify(header)))]);
}

/** Returns bytes with their length and checksum in front. */
export function frame(bytes: Buffer): Buffer {
  const framed = Buffer.allocUnsafe(FRAME_BYTES + bytes.length);
  framed.writeInt32LE(bytes.length, 0);
  framed.writeUInt32LE(crc32(bytes, CHECKSUM_SEED), 4);
  bytes.copy(framed, FRAME_BYTES);
  return framed;
}

/**
 * Returns the framed bytes at a position; `undefined` if they are not there completely, or not as they were written: the writer
 * has not finished, or the file is damaged.
 */
export function unframe(bytes: Buffer, at: number): Buffer | undefined {
  if (at + FRAME_BYTES > bytes.length) return undefined;
  const length = bytes.readInt32LE(at);
  const start = at + FRAME_BYTES;
  if (length < 0 || start + length > bytes.length) return undefined;
  const content = bytes.subarray(start, start + length);
  return crc32(content, CHECKSUM_SEED) === bytes.readUInt32LE(at + 4) ? content : undefined;
}

/** Time of a clock that all processes of the machine share and nobody can set. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}
