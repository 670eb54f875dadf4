import { closeSync, openSync, readSync } from 'node:fs';
import { processState } from '@promwright/model';
import { tryCall } from './platform.ts';

const BUFFER_BYTES = 4096;
/**
 * Length in bytes below which a read is known to be complete. The kernel may return a file in parts, but stops short of the
 * buffer only by less than the next line takes (seq_file), and no line is this long.
 */
const COMPLETE_BELOW_BYTES = 2048;

/** Closes the file descriptors of garbage-collected files that were never closed, as after `registry.clear()` without `stop()`. */
const abandoned: FinalizationRegistry<number> = /* @__PURE__ */ processState(
  'process-open-files@1',
  () => new FinalizationRegistry<number>((fd) => tryCall(() => closeSync(fd))),
);

/** A /proc or cgroup file that is read repeatedly and stays open: opening the file takes twice as long as reading it. */
export class OpenFile {
  readonly #path: string;
  #fd: number | undefined = undefined;
  #isClosed = false;
  /** Buffer for reads, allocated by the first one. */
  #buffer: Buffer = Buffer.alloc(0);

  constructor(path: string) {
    this.#path = path;
  }

  /** Reads the current text of the file; `undefined` if the file cannot be read or `close` was called. */
  read(): string | undefined {
    if (this.#isClosed) return undefined;
    try {
      return this.#readFrom(this.#fd ?? this.#open());
    } catch {
      this.#closeDescriptor();
      return undefined;
    }
  }

  /** Closes the file for good; later reads return `undefined`. */
  close(): void {
    this.#isClosed = true;
    this.#closeDescriptor();
  }

  #open(): number {
    const fd = openSync(this.#path, 'r');
    this.#fd = fd;
    abandoned.register(this, fd, this);
    return fd;
  }

  #closeDescriptor(): void {
    const fd = this.#fd;
    if (fd === undefined) return;
    this.#fd = undefined;
    abandoned.unregister(this);
    tryCall(() => closeSync(fd));
  }

  #readFrom(fd: number): string {
    let length = 0;
    for (;;) {
      if (length === this.#buffer.length) this.#grow();
      const count = readSync(fd, this.#buffer, length, this.#buffer.length - length, length);
      length += count;
      if (count === 0 || length < COMPLETE_BELOW_BYTES) return this.#buffer.toString('latin1', 0, length);
    }
  }

  #grow(): void {
    const buffer = Buffer.alloc(Math.max(BUFFER_BYTES, 2 * this.#buffer.length));
    this.#buffer.copy(buffer);
    this.#buffer = buffer;
  }
}
