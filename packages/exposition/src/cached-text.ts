import type { Label, MetricFamily } from '@promwright/model';
import { ByteSink } from './byte-sink.ts';
import { type FamilyLines, tailText } from './series-lines.ts';

const LINE_FEED = 0x0a;

/**
 * A small family cached as text: line prefixes are reused, values are rendered again. The cache holds strings, not
 * bytes, so that all small families of a scrape are encoded in one call.
 */
export class CachedText {
  readonly #family: MetricFamily;
  readonly #perSeries: number;
  /** Head of the family, without the line feed at its end. */
  readonly #head: string;
  /** Prefixes of all lines, each with the line feed of the previous line in front. */
  readonly #prefixes: readonly string[];

  /** @param family must have a `layoutVersion` */
  constructor(family: MetricFamily, lines: FamilyLines) {
    this.#family = family;
    this.#perSeries = lines.perSeries;
    this.#head = lines.head.slice(0, -1);
    this.#prefixes = prefixesOf(family, lines);
  }

  /** Returns true if the cached prefixes are valid for a family of the same identity. */
  matches(family: MetricFamily, lines: FamilyLines): boolean {
    const cached = this.#family;
    return (
      cached === family ||
      (cached.layoutVersion === family.layoutVersion &&
        cached.size === family.size &&
        cached.layout === family.layout &&
        cached.type === family.type &&
        cached.name === family.name &&
        cached.help === family.help &&
        cached.unit === family.unit &&
        this.#perSeries === lines.perSeries &&
        areEqual(cached.constLabels, family.constLabels))
    );
  }

  /** Adds the text of a matching family to `pieces`. */
  addTo(pieces: string[], { size }: MetricFamily, lines: FamilyLines): void {
    pieces.push(this.#head);
    let at = 0;
    for (let row = 0; row < size; row++) {
      lines.select(row);
      for (let line = 0; line < this.#perSeries; line++) {
        const tail = lines.tail(line);
        if (tail !== undefined) pieces.push(this.#prefixes[at]!, tailText(tail));
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
