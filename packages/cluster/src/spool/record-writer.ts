import type { MetricFamily } from '@promwright/model';
import { ByteWriter } from './byte-writer.ts';
import { REMOVE } from './changes.ts';
import { PublishedFamily } from './published-family.ts';

/** Writes records: the changes of families since the record before. */
export class RecordWriter {
  readonly #writer = new ByteWriter();
  readonly #families = new Map<string, PublishedFamily>();
  #nextId = 0;

  /**
   * Returns the record of all changes, valid until the next call; empty if nothing has changed.
   * @param families families that may have changed
   * @param isKept returns false for the name of an earlier family that is gone. Not asked for `families`
   */
  write(families: readonly MetricFamily[], isKept: (name: string) => boolean): Buffer {
    const writer = this.#writer;
    writer.cut(0);
    const present = new Set(families.map(({ name }) => name));
    for (const [name, { id }] of this.#families) {
      if (present.has(name) || isKept(name)) continue;
      this.#families.delete(name);
      writer.byte(REMOVE);
      writer.integer(id);
    }
    for (const family of families) {
      let published = this.#families.get(family.name);
      if (published === undefined) {
        published = new PublishedFamily(this.#nextId++);
        this.#families.set(family.name, published);
      }
      published.write(writer, family);
    }
    return writer.bytes();
  }
}
