import { AdaptiveFile } from '../adaptive-file.ts';
import { OpenFile } from '../open-file.ts';
import { type ReadText, readNow } from '../read-file.ts';
import type { CgroupPlaces } from './cgroup-places.ts';
import type { CgroupReading } from './cgroup-reading.ts';
import { readCgroup } from './read-cgroup.ts';
import { cpuStatFile } from './read-cpu.ts';
import { memoryStatFile } from './read-memory.ts';

/**
 * Files of a cgroup, some of them read ahead. Limits are read once, and a missing file is not tried again, because each
 * attempt costs an error. A new search for the cgroup creates a new object.
 */
export class CgroupFiles {
  readonly #places: CgroupPlaces;
  readonly #memoryStat: AdaptiveFile | undefined;
  readonly #cpuStat: AdaptiveFile | undefined;
  /** Open files by path; `undefined` for a missing file. */
  readonly #files = new Map<string, OpenFile | undefined>();
  readonly #limits = new Map<string, string | undefined>();

  constructor(places: CgroupPlaces) {
    this.#places = places;
    const [memoryStat, cpuStat] = [memoryStatFile(places), cpuStatFile(places)];
    this.#memoryStat = memoryStat === undefined ? undefined : new AdaptiveFile(memoryStat);
    this.#cpuStat = cpuStat === undefined ? undefined : new AdaptiveFile(cpuStat);
  }

  /** Reads ahead the files with possibly slow reads. */
  prepare(): void | Promise<void> {
    const memory = this.#memoryStat?.prepare();
    const cpu = this.#cpuStat?.prepare();
    // No promise if there is nothing to wait for.
    if (memory !== undefined || cpu !== undefined) return Promise.all([memory, cpu]).then(() => undefined);
  }

  read(): CgroupReading {
    return readCgroup(this.#places, {
      memoryStat: this.#memoryStat?.text,
      cpuStat: this.#cpuStat?.text,
      read: this.#read,
      readLimit: this.#readLimit,
    });
  }

  /** Closes all open files. */
  close(): void {
    this.#memoryStat?.close();
    this.#cpuStat?.close();
    for (const [path, file] of this.#files) {
      file?.close();
      this.#files.set(path, undefined);
    }
  }

  readonly #read: ReadText = (path) => {
    if (!this.#files.has(path)) this.#files.set(path, new OpenFile(path));
    const text = this.#files.get(path)?.read();
    if (text === undefined) this.#files.set(path, undefined);
    return text;
  };

  readonly #readLimit: ReadText = (file) => {
    if (!this.#limits.has(file)) this.#limits.set(file, readNow(file));
    return this.#limits.get(file);
  };
}
