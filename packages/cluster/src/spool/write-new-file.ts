import { closeSync, constants, openSync, writeSync } from 'node:fs';

const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
/** Readable for the user alone. */
const MODE = 0o600;

/** Creates a file; throws if there is one. Returns the open file. */
export function createFile(path: string): number {
  return openSync(path, CREATE, MODE);
}

/** Creates a file with these bytes; throws if there is one. */
export function writeNewFile(path: string, bytes: Buffer): void {
  const file = createFile(path);
  try {
    writeAll(file, bytes, 0);
  } finally {
    closeSync(file);
  }
}

/** Writes all bytes at a position of a file: the system may accept a part at a time. */
export function writeAll(file: number, bytes: Buffer, at: number): void {
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(file, bytes, written, bytes.length - written, at + written);
  }
}
