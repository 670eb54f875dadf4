import type { Label, MetricFamily } from '@promwright/model';
import { ByteSink } from './byte-sink.ts';
import type { FamilyLines } from './family-lines.ts';

const LINE_FEED = 0x0a;

/**
 * A small family as text: what stands before the values is kept, and only these are made anew. It is text, not bytes, so
 * that all small families of a scrape are encoded at once.
 */
export class CachedText {
  readonly #family: MetricFamily;
  readonly #perSeries: number;
  /** Without the line feed behind it. */
  readonly #head: string;
  /** For each line what precedes its value, with the line feed of the line before. */
  readonly #prefixes: readonly string[];

  /** @param family one that has a `layoutVersion` */
  constructor(family: MetricFamily, lines: FamilyLines) {
    this.#family = family;
    this.#perSeries = lines.perSeries;
    this.#head = lines.head.slice(0, -1);
    this.#prefixes = prefixesOf(family, lines);
  }

  /** Whether what is kept is of the same series, under the same names. */
  matches(family: MetricFamily, lines: FamilyLines): boolean {
    const kept = this.#family;
    return (
      kept === family ||
      (kept.layoutVersion === family.layoutVersion &&
        kept.size === family.size &&
        kept.name === family.name &&
        kept.help === family.help &&
        kept.unit === family.unit &&
        this.#perSeries === lines.perSeries &&
        areEqual(kept.constLabels, family.constLabels))
    );
  }

  /** Adds the text of a family that this serves, in pieces. */
  addTo(pieces: string[], { size }: MetricFamily, lines: FamilyLines): void {
    pieces.push(this.#head);
    let at = 0;
    for (let row = 0; row < size; row++) {
      lines.select(row);
      for (let line = 0; line < this.#perSeries; line++) {
        const tail = lines.tail(line);
        if (tail !== undefined) pieces.push(this.#prefixes[at]!, tail);
        at++;
      }
    }
    pieces.push('\n');
  }
}

function prefixesOf(family: MetricFamily, lines: FamilyLines): string[] {
  const sink = new ByteSink();
  const prefixes: string[] = [];
  for (let row = 0; row < family.size; row++) {
    lines.select(row);
    for (let line = 0; line < lines.perSeries; line++) {
      sink.clear();
      sink.byte(LINE_FEED);
      lines.writePrefix(sink, line);
      prefixes.push(sink.decoded());
    }
  }
  return prefixes;
}

function areEqual(a: readonly Label[], b: readonly Label[]): boolean {
  return (
    a === b || (a.length === b.length && a.every(({ name, value }, i) => name === b[i]!.name && value === b[i]!.value))
  );
}
