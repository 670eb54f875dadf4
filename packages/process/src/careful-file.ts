import { performance } from 'node:perf_hooks';
import { KeptFile } from './kept-file.ts';
import { readLater } from './read-file.ts';

/** How long a file may take if it is to be read while the event loop waits. */
const QUICK_MS = 0.5;

/**
 * A file for which the kernel may have to work: to add up the numbers of many processors, cgroups or interfaces. It is read
 * beside the event loop, unless that took so little time the last time that the detour would cost many times as much.
 */
export class CarefulFile {
  /** What it held when it was last refreshed; `undefined` where it cannot be read. */
  text: string | undefined;
  readonly #path: string;
  readonly #file: KeptFile;
  #isQuick = false;

  constructor(path: string) {
    this.#path = path;
    this.#file = new KeptFile(path);
  }

  refresh(): void | Promise<void> {
    return this.#isQuick ? this.#refreshNow() : this.#refreshLater();
  }

  /** It is not read at once again. */
  close(): void {
    this.#file.close();
  }

  #refreshNow(): void {
    const startMs = performance.now();
    this.text = this.#file.read();
    this.#isQuick = performance.now() - startMs < QUICK_MS;
  }

  async #refreshLater(): Promise<void> {
    const startMs = performance.now();
    this.text = await readLater(this.#path);
    // The way there and back is in it, which only makes it more careful.
    this.#isQuick = performance.now() - startMs < 2 * QUICK_MS;
  }
}
