import type { MetricFamily } from '@promwright/model';
import { ByteWriter } from './byte-writer.ts';
import { REMOVE } from './changes.ts';
import { PublishedFamily } from './published-family.ts';

/** Writes records: the changes of families since the record before. */
export class RecordWriter {
  readonly #writer = new ByteWriter();
  /** Families in the file, by type and name. */
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
    const present = new Set(families.map(keyOf));
    for (const [key, { id }] of this.#families) {
      if (present.has(key) || isKept(key.slice(key.indexOf(' ') + 1))) continue;
      this.#families.delete(key);
      writer.byte(REMOVE);
      writer.integer(id);
    }
    for (const family of families) {
      let published = this.#families.get(keyOf(family));
      if (published === undefined) {
        published = new PublishedFamily(this.#nextId++);
        this.#families.set(keyOf(family), published);
      }
      published.write(writer, family);
    }
    return writer.bytes();
  }
}

/** Members have one family of a name, and ended members may have one of each type. */
function keyOf({ type, name }: MetricFamily): string {
  return `${type} ${name}`;
}
