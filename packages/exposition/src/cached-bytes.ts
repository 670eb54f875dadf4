import type { Layout, MetricFamily } from '@promwright/model';
import { RenderedChunk, type Rendering } from './rendered-chunk.ts';
import type { FamilyLines } from './series-lines.ts';

/**
 * A family cached as bytes, in chunks of the snapshots that were written last. On the next scrape only the tails of series
 * with changed numbers are rendered. All other bytes are copied, and a chunk without any change is passed on without a copy.
 * Keeps the bytes, the positions of the tails and the numbers, in total some 1.2 times the size of the text.
 *
 * Any number of scrapes, of older and newer snapshots, may read and replace chunks at the same time: chunks are immutable,
 * and a scrape uses a chunk only by comparing it with its own snapshot.
 */
export class CachedBytes {
  readonly #identity: object;
  readonly #layoutVersion: number;
  readonly #layout: Layout;
  readonly #head: string;
  readonly #chunks: RenderedChunk[] = [];

  constructor(family: MetricFamily, head: string) {
    this.#identity = family.identity as object;
    this.#layoutVersion = family.layoutVersion as number;
    this.#layout = family.layout;
    this.#head = head;
  }

  /** True if a family can be cached: it has an identity, and no timestamps, which can change without a number. */
  static isCacheable(family: MetricFamily): boolean {
    return family.identity !== undefined && family.layoutVersion !== undefined && family.timestampMs === undefined;
  }

  /** True if the rows of a family are those that were cached, as far as both have them. */
  matches(family: MetricFamily, head: string): boolean {
    return (
      this.#identity === family.identity &&
      this.#layoutVersion === family.layoutVersion &&
      this.#layout === family.layout &&
      this.#head === head
    );
  }

  /**
   * Yields the bytes of a matching family in chunks, and an empty chunk wherever only the clock is to be read.
   */
  *chunks(family: MetricFamily, lines: FamilyLines, rendering: Rendering): Generator<Uint8Array, void, undefined> {
    let start = 0;
    for (let i = 0; start < family.size; i++) {
      const cached = this.#chunks[i];
      const chunk = cached?.fits(family, start)
        ? cached.of(family, lines)
        : yield* RenderedChunk.render(family, lines, start, start === 0 ? this.#head : '', rendering);
      this.#chunks[i] = chunk;
      start = chunk.rows.end;
      yield chunk.bytes;
    }
  }
}
