import type { MetricFamily } from '@promwright/model';
import { CachedBytes } from './cached-bytes.ts';
import { CachedText } from './cached-text.ts';
import type { Format } from './format.ts';
import type { FamilyLines } from './series-lines.ts';

/** Number of cached formats: servers in the middle of an upgrade use two. A format used by hand is soon evicted. */
const MAX_FORMATS = 2;
/** Number of scrapes in its format that a family may miss before eviction; name filters skip many families. */
const MAX_UNUSED = 10;

/** Output of the last scrapes, by format. */
export class RenderCache {
  /** Formats in order of use, the last used one at the end. */
  readonly #formats = new Map<string, FormatCache>();

  /** Returns the cache of a format, and evicts the format that was not used for the longest time. */
  of({ type, version, escaping }: Format): FormatCache {
    const key = `${type} ${version} ${escaping}`;
    const cache = this.#formats.get(key) ?? new FormatCache();
    this.#formats.delete(key);
    this.#formats.set(key, cache);
    for (const oldest of this.#formats.keys()) {
      if (this.#formats.size <= MAX_FORMATS) break;
      this.#formats.delete(oldest);
    }
    return cache;
  }
}

/** Output of the last scrapes in one format, by family. */
export class FormatCache {
  readonly #families = new Map<string, { bytes: CachedBytes; unused: number }>();
  /** Small families by identity; an entry disappears together with its instrument. */
  readonly #texts = new WeakMap<object, CachedText>();

  /** Returns the cached bytes of a family, for the caller to bring up to date. */
  bytesOf(family: MetricFamily, head: string): CachedBytes {
    // One name may have the series of several registries, with different constant labels.
    const key = JSON.stringify([family.name, family.constLabels]);
    let cached = this.#families.get(key);
    if (cached === undefined || !cached.bytes.matches(family, head)) {
      cached = { bytes: new CachedBytes(family, head), unused: 0 };
      this.#families.set(key, cached);
    }
    cached.unused = 0;
    return cached.bytes;
  }

  /** Adds the text of a small family, which must have an `identity`, to `pieces`. */
  addText(pieces: string[], family: MetricFamily, lines: FamilyLines): void {
    const identity = family.identity!;
    let cached = this.#texts.get(identity);
    if (!cached?.matches(family, lines)) {
      cached = new CachedText(family, lines);
      this.#texts.set(identity, cached);
    }
    cached.addTo(pieces, family, lines);
  }

  /** Ends a scrape: evicts families that were absent from the last scrapes. */
  evictUnused(): void {
    for (const [key, cached] of this.#families) if (++cached.unused > MAX_UNUSED) this.#families.delete(key);
  }
}
