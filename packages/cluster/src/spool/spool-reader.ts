import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { MetricFamily } from '@promwright/model';
import { ByteReader } from './byte-reader.ts';
import { ADD_SERIES, DEFINE, REMOVE, SET_EXEMPLARS, SET_NATIVE, SET_NUMBERS, SET_SKETCHES } from './changes.ts';
import { FORMAT, FRAME_BYTES, HEADER_AT, HEARTBEAT_AT, type Header, MAGIC, unframe } from './spool-file.ts';
import { SpooledFamily } from './spooled-family.ts';

// A symbolic link would lead out of the directory, and a pipe would block the program.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Errors of a process or system without resources, which say nothing about the file. */
const SHORTAGES: readonly string[] = ['EMFILE', 'ENFILE', 'ENOMEM', 'EIO'];
/** A longer header is none. */
const MAX_HEADER_BYTES = 16 * 1024 * 1024;

/**
 * Result of reading a file: `read`; `gone`; `damaged`, or not complete yet; or `unreadable`: of a newer version or another user, or no
 * file.
 */
export type Reading = 'read' | 'gone' | 'damaged' | 'unreadable';

/** Reads one spool file, and at each later time only the records that were added. */
export class SpoolReader {
  readonly #path: string;
  #header: Header | undefined;
  #heartbeatMs = 0;
  #families = new Map<number, SpooledFamily>();
  /** Header of the file with its length and checksum: another file of the same name has another header. */
  #framedHeader: Buffer | undefined;
  /** End of the last complete record. */
  #offset = 0;
  /** True if a complete record cannot be understood: nothing after it can be. */
  #isBroken = false;
  #hasRecords = false;

  constructor(path: string) {
    this.#path = path;
  }

  get header(): Header | undefined {
    return this.#header;
  }

  /** Time at which the member was last seen to work, on the clock of `monotonicMs`. */
  get heartbeatMs(): number {
    return this.#heartbeatMs;
  }

  /** True once the member has published. */
  get hasRecords(): boolean {
    return this.#hasRecords;
  }

  /** Returns snapshots of all families. */
  families(): MetricFamily[] {
    return [...this.#families.values()].map((family) => family.family());
  }

  /** @throws errors of a process or system without resources */
  update(): Reading {
    let file: number | undefined;
    try {
      file = openSync(this.#path, FLAGS);
      return this.#read(file);
    } catch (error) {
      const { code = '' } = error as { code?: string };
      if (SHORTAGES.includes(code)) throw error;
      return code === 'ENOENT' ? 'gone' : 'unreadable';
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }

  #read(file: number): Reading {
    const stat = fstatSync(file);
    if (!stat.isFile() || (process.getuid !== undefined && stat.uid !== process.getuid())) return 'unreadable';
    const start = readBytes(file, 0, HEADER_AT + (this.#framedHeader?.length ?? FRAME_BYTES));
    if (start.length < HEADER_AT + FRAME_BYTES || start.toString('latin1', 0, HEARTBEAT_AT) !== MAGIC)
      return this.#result();
    if (this.#framedHeader === undefined || !start.subarray(HEADER_AT).equals(this.#framedHeader)) this.#begin(file);
    this.#heartbeatMs = start.readDoubleLE(HEARTBEAT_AT);
    // A file that was cut shows an earlier state; the state that is known is newer.
    if (this.#header !== undefined && stat.size > this.#offset) {
      this.#offset += this.#apply(readBytes(file, this.#offset, stat.size - this.#offset));
    }
    return this.#result();
  }

  #result(): Reading {
    if (this.#header === undefined || this.#isBroken) return 'damaged';
    return this.#header.format === FORMAT ? 'read' : 'unreadable';
  }

  /** Begins to read a new file. Without a complete header, nothing is read. */
  #begin(file: number): void {
    this.#header = undefined;
    this.#framedHeader = undefined;
    this.#isBroken = false;
    this.#hasRecords = false;
    this.#families = new Map();
    const length = readBytes(file, HEADER_AT, FRAME_BYTES).readInt32LE(0);
    if (length < 0 || length > MAX_HEADER_BYTES) return;
    const framed = readBytes(file, HEADER_AT, FRAME_BYTES + length);
    const content = unframe(framed, 0);
    if (content === undefined) return;
    this.#header = parseHeader(content);
    this.#framedHeader = framed;
    this.#offset = HEADER_AT + framed.length;
  }

  /** Applies complete records and returns the number of their bytes. */
  #apply(bytes: Buffer): number {
    let at = 0;
    for (let content = unframe(bytes, at); content !== undefined; content = unframe(bytes, at)) {
      at += FRAME_BYTES + content.length;
      if (this.#header!.format === FORMAT && !this.#isBroken) this.#applyRecord(content);
    }
    return at;
  }

  #applyRecord(content: Buffer): void {
    try {
      const reader = new ByteReader(content);
      while (!reader.isAtEnd) this.#applyChange(reader);
      this.#hasRecords = true;
    } catch {
      this.#isBroken = true;
      this.#families = new Map();
    }
  }

  #applyChange(reader: ByteReader): void {
    const change = reader.byte();
    const id = reader.integer();
    if (change === DEFINE) {
      this.#families.set(id, new SpooledFamily(reader.text()));
      return;
    }
    if (change === REMOVE) {
      this.#families.delete(id);
      return;
    }
    const family = this.#families.get(id);
    if (family === undefined) throw new RangeError('The family is not defined');
    switch (change) {
      case ADD_SERIES:
        family.addSeries(reader);
        return;
      case SET_NUMBERS:
        family.setNumbers(reader);
        return;
      case SET_NATIVE:
        family.setNative(reader);
        return;
      case SET_SKETCHES:
        family.setSketches(reader);
        return;
      case SET_EXEMPLARS:
        family.setExemplars(reader);
        return;
      default:
        throw new RangeError('The change is unknown');
    }
  }
}

function parseHeader(content: Buffer): Header | undefined {
  try {
    return JSON.parse(content.toString()) as Header;
  } catch {
    return undefined;
  }
}

function readBytes(file: number, from: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.max(0, length));
  let read = 0;
  while (read < bytes.length) {
    const count = readSync(file, bytes, read, bytes.length - read, from + read);
    if (count === 0) break;
    read += count;
  }
  return bytes.subarray(0, read);
}
