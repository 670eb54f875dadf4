import { closeSync, fstatSync, renameSync, unlinkSync } from 'node:fs';
import type { MetricFamily } from '@promwright/model';
import { RecordWriter } from './record-writer.ts';
import { ENDED, frame, HEARTBEAT_AT, headerBytes, type MemberHeader, monotonicMs } from './spool-file.ts';
import { createFile, writeAll } from './write-new-file.ts';

/** A file is written anew once it is this many times as large as its families, and larger than `MIN_REWRITE_BYTES`. */
const MAX_GROWTH = 4;
const MIN_REWRITE_BYTES = 256 * 1024;

/** File of this process in the spool directory. All methods throw the errors of the file system. */
export class MemberFile {
  readonly #path: string;
  #header: MemberHeader;
  #records = new RecordWriter();
  /** Families in the file, by name, in the latest state that was given. */
  readonly #latest = new Map<string, MetricFamily>();
  #file: number | undefined;
  #size = 0;
  /** Size after the record that has all families. */
  #wholeSize = 0;
  #hasRecord = false;
  /** True if the end of the file may be an incomplete record. */
  #isTorn = false;

  constructor(path: string, header: MemberHeader) {
    this.#path = path;
    this.#header = header;
  }

  /** Creates the file, without families. */
  create(): void {
    const bytes = headerBytes(this.#header);
    const file = createFile(this.#path);
    try {
      writeAll(file, bytes, 0);
    } catch (error) {
      closeSync(file);
      unlinkSync(this.#path);
      throw error;
    }
    this.#file = file;
    this.#size = bytes.length;
  }

  /** Writes an empty record: the member has joined completely, also if it has no metrics. */
  settle(): void {
    this.#append(Buffer.alloc(0));
  }

  /** Returns false if the file was deleted, or is not as this process wrote it. */
  isIntact(): boolean {
    if (this.#file === undefined || this.#isTorn) return false;
    const { nlink, size } = fstatSync(this.#file);
    return nlink > 0 && size === this.#size;
  }

  /**
   * Appends the changes of families; writes nothing if nothing has changed. If the file has grown long or is damaged, it is replaced
   * by a new file, which a reader sees either completely or not at all.
   * @param isKept returns false for the name of a family that is gone. Not asked for `families`
   * @returns number of bytes written
   */
  publish(families: readonly MetricFamily[], isKept: (name: string) => boolean): number {
    const present = new Set(families.map(({ name }) => name));
    for (const name of this.#latest.keys()) if (!present.has(name) && !isKept(name)) this.#latest.delete(name);
    for (const family of families) this.#latest.set(family.name, family);
    if (!this.isIntact()) return this.#rewrite();
    const record = this.#records.write(families, isKept);
    if (record.length === 0) return 0;
    if (this.#hasRecord && this.#size > Math.max(MAX_GROWTH * this.#wholeSize, MIN_REWRITE_BYTES))
      return this.#rewrite();
    const written = this.#append(record);
    if (!this.#hasRecord) this.#wholeSize = this.#size;
    this.#hasRecord = true;
    return written;
  }

  #append(record: Buffer): number {
    this.#isTorn = true;
    const bytes = frame(record);
    writeAll(this.#file!, bytes, this.#size);
    this.#size += bytes.length;
    this.#isTorn = false;
    return bytes.length;
  }

  /** Notes that the process works. */
  beat(): void {
    this.#writeHeartbeat(monotonicMs());
  }

  /** Notes that the member has ended, although its process lives. */
  end(): void {
    this.#writeHeartbeat(ENDED);
  }

  #writeHeartbeat(heartbeatMs: number): void {
    if (this.#file === undefined) return;
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(heartbeatMs);
    writeAll(this.#file, bytes, HEARTBEAT_AT);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #rewrite(): number {
    // The old file may hold a part of the record, so the new file begins with all families.
    this.#isTorn = true;
    this.#header = { ...this.#header, rewrites: this.#header.rewrites + 1 };
    const records = new RecordWriter();
    const record = records.write([...this.#latest.values()], () => true);
    const bytes = Buffer.concat([headerBytes(this.#header), frame(record)]);
    const path = `${this.#path}.new`;
    const file = replaceFile(path, this.#path, bytes);
    this.close();
    this.#file = file;
    this.#records = records;
    this.#size = bytes.length;
    this.#wholeSize = bytes.length;
    this.#hasRecord = true;
    this.#isTorn = false;
    return bytes.length;
  }
}

/** Writes a new file and gives it the name of another file, which it replaces. Returns the open file. */
function replaceFile(path: string, name: string, bytes: Buffer): number {
  try {
    unlinkSync(path);
  } catch {
    // Nothing is left over from an attempt that failed.
  }
  const file = createFile(path);
  try {
    writeAll(file, bytes, 0);
    renameSync(path, name);
    return file;
  } catch (error) {
    closeSync(file);
    try {
      unlinkSync(path);
    } catch {
      // The next attempt removes it.
    }
    throw error;
  }
}
