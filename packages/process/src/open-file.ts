import { closeSync, openSync, readSync } from 'node:fs';
import { tryCall } from './platform.ts';

const BUFFER_BYTES = 4096;
/**
 * A file of the kernel may be handed out in parts, but stops short of the buffer only by less than the next line takes
 * (seq_file), and no line is so long.
 */
const COMPLETE_BELOW_BYTES = 2048;

/** Closes what was neither closed nor can be any more, as where a registry was cleared and nobody called `stop()`. */
const abandoned = new FinalizationRegistry<number>((fd) => tryCall(() => closeSync(fd)));

/**
 * A file of the kernel that is read again and again. It is kept open, because to find and open it takes twice as long as to
 * read it.
 */
export class OpenFile {
  readonly #path: string;
  #fd: number | undefined = undefined;
  #isClosed = false;
  /** Made when it is first read. */
  #buffer: Buffer = Buffer.alloc(0);

  constructor(path: string) {
    this.#path = path;
  }

  /** Its text as it is now; `undefined` where it cannot be read, and once it was closed. */
  read(): string | undefined {
    if (this.#isClosed) return undefined;
    try {
      return this.#readFrom(this.#fd ?? this.#open());
    } catch {
      this.#release();
      return undefined;
    }
  }

  /** It is not read again. */
  close(): void {
    this.#isClosed = true;
    this.#release();
  }

  #open(): number {
    const fd = openSync(this.#path, 'r');
    this.#fd = fd;
    abandoned.register(this, fd, this);
    return fd;
  }

  #release(): void {
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
