import { statfsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { nextTurn } from '../next-turn.ts';
import { tryCall } from '../platform.ts';

/** Type returned by `statfs` for the proc file system, in contrast to a copy of its files. */
const PROC_SUPER_MAGIC = 0x9fa0;

/** Number of open file descriptors, by a folder such as `/proc/self/fd`. */
export class FdCount {
  /** Number at the last `prepare`; `undefined` if the folder cannot be read. */
  value: number | undefined;
  readonly #folder: string;
  readonly #isProc: boolean;

  constructor(folder: string) {
    this.#folder = folder;
    this.#isProc = tryCall(() => statfsSync(folder).type) === PROC_SUPER_MAGIC;
  }

  prepare(): void | Promise<void> {
    // Since Linux 6.2 the size of the folder is the number of descriptors. Listing may return a hundred thousand names.
    const size = this.#isProc ? tryCall(() => statSync(this.#folder).size) : undefined;
    if (size === undefined || size === 0) return this.#list();
    this.value = size;
  }

  async #list(): Promise<void> {
    try {
      const names = await readdir(this.#folder);
      await nextTurn();
      // Listing opens the folder itself.
      this.value = this.#isProc ? names.length - 1 : names.length;
    } catch {
      this.value = undefined;
    }
  }
}
