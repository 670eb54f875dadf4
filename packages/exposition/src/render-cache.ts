import type { MetricFamily } from '@promwright/model';
import { CachedBytes } from './cached-bytes.ts';
import { CachedText } from './cached-text.ts';
import type { FamilyLines } from './family-lines.ts';
import type { Format } from './format.ts';

/** As many as servers in the middle of an upgrade ask for. What is asked for once, by hand, is soon forgotten. */
const MAX_FORMATS = 2;
/** How many scrapes of its format a family may be missing from before it is forgotten; a filter leaves out many. */
const MAX_UNUSED = 10;

/** What was written last, by format. */
export class RenderCache {
  /** The format that was used last stands last. */
  readonly #formats = new Map<string, FormatCache>();

  /** What was written last in a format. */
  of({ type, version, escaping }: Format): FormatCache {
    const key = `${type} ${version} ${escaping}`;
    const kept = this.#formats.get(key) ?? new FormatCache();
    this.#formats.delete(key);
    this.#formats.set(key, kept);
    for (const oldest of this.#formats.keys()) {
      if (this.#formats.size <= MAX_FORMATS) break;
      this.#formats.delete(oldest);
    }
    return kept;
  }
}

/** What was written last in one format, by family. */
export class FormatCache {
  readonly #families = new Map<string, { bytes: CachedBytes; unused: number }>();
  /** Of small families, by identity: gone with it. */
  readonly #texts = new WeakMap<object, CachedText>();

  /** The bytes of a family, to be brought up to date by whoever asks. */
  bytesOf(family: MetricFamily, head: string): CachedBytes {
    // Under one name there may be series of several registries, with other constant labels.
    const key = JSON.stringify([family.name, family.constLabels]);
    let kept = this.#families.get(key);
    if (kept === undefined || !kept.bytes.matches(family, head)) {
      kept = { bytes: new CachedBytes(family, head), unused: 0 };
      this.#families.set(key, kept);
    }
    kept.unused = 0;
    return kept.bytes;
  }

  /** Adds the text of a small family, which has an identity, in pieces. */
  addText(pieces: string[], family: MetricFamily, lines: FamilyLines): void {
    const identity = family.identity!;
    let kept = this.#texts.get(identity);
    if (!kept?.matches(family, lines)) {
      kept = new CachedText(family, lines);
      this.#texts.set(identity, kept);
    }
    kept.addTo(pieces, family, lines);
  }

  /** A scrape is over: what was in none of the last ones is dropped. */
  forgetUnused(): void {
    for (const [key, kept] of this.#families) if (++kept.unused > MAX_UNUSED) this.#families.delete(key);
  }
}
