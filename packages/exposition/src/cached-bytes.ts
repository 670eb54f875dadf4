import type { MetricFamily } from '@promwright/model';
import { ByteSink, CHUNK_BYTES } from './byte-sink.ts';
import type { FamilyLines } from './series-lines.ts';

/**
 * Cached output of a range of series. `bytes` is replaced, never changed: a scrape under way may still use the array.
 */
interface Chunk {
  readonly start: number;
  end: number;
  bytes: Uint8Array;
  /** Start and end of each line's tail in `bytes`. */
  tails: Uint32Array;
  /** Values of the family from which the tails were rendered. */
  values: Float64Array;
}

const LINE_FEED = 0x0a;
const encoder = new TextEncoder();

/**
 * A family cached as bytes. On the next scrape only the tails of series with changed numbers are rendered. All other
 * bytes are copied, and a chunk of 64 KiB without any change is passed on without a copy. Keeps the bytes, the
 * positions of the tails and the numbers, in total some 1.2 times the size of the text.
 */
export class CachedBytes {
  readonly #identity: object;
  readonly #layoutVersion: number;
  readonly #head: string;
  readonly #chunks: Chunk[] = [];

  constructor(family: MetricFamily, head: string) {
    this.#identity = family.identity as object;
    this.#layoutVersion = family.layoutVersion as number;
    this.#head = head;
  }

  /** Returns true if a family can be cached: it has an identity, and no timestamps, which `changedTails` ignores. */
  static isCacheable(family: MetricFamily): boolean {
    return family.identity !== undefined && family.layoutVersion !== undefined && family.timestampMs === undefined;
  }

  /**
   * Returns true if the cached series are in a family at the same rows; the family may have more series after them.
   */
  matches(family: MetricFamily, head: string): boolean {
    return this.#identity === family.identity && this.#layoutVersion === family.layoutVersion && this.#head === head;
  }

  /** Yields the bytes of the family in chunks of about 64 KiB. */
  *chunks(family: MetricFamily, lines: FamilyLines): Generator<Uint8Array, void, undefined> {
    let start = 0;
    for (let i = 0; start < family.size; i++) {
      let chunk = this.#chunks[i];
      const isLast = i === this.#chunks.length - 1;
      if (chunk === undefined || (isLast && chunk.end < family.size && chunk.bytes.length < CHUNK_BYTES)) {
        chunk = render(family, lines, start, start === 0 ? this.#head : '');
        this.#chunks[i] = chunk;
      } else if (chunk.values !== family.values) {
        update(chunk, family, lines);
      }
      start = chunk.end;
      yield chunk.bytes;
    }
  }
}

function render(family: MetricFamily, lines: FamilyLines, start: number, head: string): Chunk {
  const sink = new ByteSink();
  sink.characters(head);
  const tails: number[] = [];
  let end = start;
  for (; end < family.size && sink.length < CHUNK_BYTES; end++) {
    lines.select(end);
    for (let line = 0; line < lines.perSeries; line++) {
      const tail = lines.tail(line) ?? '';
      lines.writePrefix(sink, line);
      tails.push(sink.length);
      sink.characters(tail);
      tails.push(sink.length);
      sink.byte(LINE_FEED);
    }
  }
  return { start, end, bytes: sink.take(), tails: Uint32Array.from(tails), values: family.values };
}

function update(chunk: Chunk, family: MetricFamily, lines: FamilyLines): void {
  const changed = changedTails(chunk, family, lines);
  chunk.values = family.values;
  if (changed.lines.length > 0) replaceTails(chunk, changed);
}

interface ChangedTails {
  /** Indexes of the lines within the chunk, in rising order. */
  readonly lines: number[];
  readonly tails: string[];
}

function changedTails(chunk: Chunk, family: MetricFamily, lines: FamilyLines): ChangedTails {
  const changed: ChangedTails = { lines: [], tails: [] };
  const { width } = family.layout;
  const { values: before, start, end } = chunk;
  const { values: now } = family;
  // An exemplar can change while the numbers of its series do not. Such families are few: they are rendered each time.
  const hasExemplars = family.exemplars !== undefined;
  for (let row = start; row < end; row++) {
    let same = !hasExemplars;
    for (let i = row * width; same && i < (row + 1) * width; i++) {
      // NaN counts as changed, at the cost of rendering one series.
      if (now[i] !== before[i]) same = false;
    }
    if (same) continue;
    lines.select(row);
    for (let line = 0; line < lines.perSeries; line++) {
      changed.lines.push((row - start) * lines.perSeries + line);
      changed.tails.push(lines.tail(line) ?? '');
    }
  }
  return changed;
}

/** Writes new tails into a copy of the bytes. Everything between two tails of changed length is copied in one piece. */
function replaceTails(chunk: Chunk, { lines, tails }: ChangedTails): void {
  const old = chunk.bytes;
  const positions = chunk.tails;
  const encoded = tails.map(encodeTail);
  let growth = 0;
  lines.forEach((line, i) => {
    growth += lengthOf(tails[i]!, encoded[i]) - (positions[2 * line + 1]! - positions[2 * line]!);
  });
  const bytes = new Uint8Array(old.length + growth);
  const moved = new Uint32Array(positions.length);
  let shift = 0;
  let copied = 0;
  let next = 0;
  for (let line = 0; 2 * line < positions.length; line++) {
    const [start, end] = [positions[2 * line]!, positions[2 * line + 1]!];
    moved[2 * line] = start + shift;
    if (lines[next] === line) {
      const length = lengthOf(tails[next]!, encoded[next]);
      if (length !== end - start) {
        bytes.set(old.subarray(copied, start), copied + shift);
        copied = end;
        shift += length - (end - start);
      }
      next++;
    }
    moved[2 * line + 1] = end + shift;
  }
  bytes.set(old.subarray(copied), copied + shift);
  lines.forEach((line, i) => {
    writeTail(bytes, moved[2 * line]!, tails[i]!, encoded[i]);
  });
  chunk.bytes = bytes;
  chunk.tails = moved;
}

/** Encodes a tail if needed: only the labels of an exemplar can contain characters outside ASCII. */
function encodeTail(tail: string): Uint8Array | undefined {
  return tail.includes('#') ? encoder.encode(tail) : undefined;
}

function lengthOf(tail: string, encoded: Uint8Array | undefined): number {
  return encoded === undefined ? tail.length : encoded.length;
}

function writeTail(bytes: Uint8Array, at: number, tail: string, encoded: Uint8Array | undefined): void {
  if (encoded !== undefined) bytes.set(encoded, at);
  // For a short ASCII string, this loop is faster than a call of an encoder.
  else for (let i = 0; i < tail.length; i++) bytes[at + i] = tail.charCodeAt(i);
}
