import { performance } from 'node:perf_hooks';
import { OpenFile } from './open-file.ts';
import { readLater } from './read-file.ts';

/** How long a file may take if it is to be read while the event loop waits. */
const MAX_BLOCKING_MS = 0.5;

/**
 * A file for which the kernel may have to work: to add up the numbers of many processors, cgroups or interfaces. It is read
 * beside the event loop, unless that took so little time the last time that the detour would cost many times as much.
 */
export class AdaptiveFile {
  /** What it held when it was last refreshed; `undefined` where it cannot be read. */
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

  /** It is not read at once again. */
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
    // The way there and back is in it, which only makes it more careful.
    this.#isFast = performance.now() - startMs < 2 * MAX_BLOCKING_MS;
  }
}
