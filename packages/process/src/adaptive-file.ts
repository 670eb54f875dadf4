import { performance } from 'node:perf_hooks';
import { OpenFile } from './open-file.ts';
import { readLater } from './read-file.ts';

/** Milliseconds up to which a file is read synchronously. */
const MAX_BLOCKING_MS = 0.5;

/**
 * A /proc or cgroup file with possibly slow reads: the kernel may add up the numbers of many processors, cgroups or
 * interfaces. The file is read asynchronously, unless the last read was fast: then the thread pool would cost many
 * times the read.
 */
export class AdaptiveFile {
  /** Text at the last `prepare`; `undefined` if the file cannot be read. */
  text: string | undefined;
  readonly #path: string;
  readonly #file: OpenFile;
  #isFast = false;

  constructor(path: string) {
    this.#path = path;
    this.#file = new OpenFile(path);
  }

  prepare(): void | Promise<void> {
    return this.#isFast ? this.#readNow() : this.#readLater();
  }

  /** Closes the file. A later synchronous read returns `undefined`. */
  close(): void {
    this.#file.close();
  }

  #readNow(): void {
    const startMs = performance.now();
    this.text = this.#file.read();
    this.#isFast = performance.now() - startMs < MAX_BLOCKING_MS;
  }

  async #readLater(): Promise<void> {
    const startMs = performance.now();
    this.text = await readLater(this.#path);
    // Includes thread-pool latency, hence twice the threshold.
    this.#isFast = performance.now() - startMs < 2 * MAX_BLOCKING_MS;
  }
}
