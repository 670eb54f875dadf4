import type { MetricFamily } from '@promwright/model';
import { ByteSink, NOTHING } from './byte-sink.ts';
import { type FamilyLines, writeTail } from './series-lines.ts';

const LINE_FEED = 0x0a;

/**
 * Output of consecutive rows of one snapshot, together with the numbers that it shows. Immutable, because a scrape under
 * way may still send the bytes: {@link RenderedChunk.of} returns the output of another snapshot as another chunk.
 */
export class RenderedChunk {
  readonly rows: ChunkRows;
  /** The head of the family, in the first chunk, and the lines of the rows. */
  readonly bytes: Uint8Array;
  /** Start and end of each line's tail in `bytes`; equal for a line that the series lacks. */
  readonly #tails: Uint32Array;
  /** The numbers of the rows; `undefined` if the tails show more than these numbers. */
  readonly #values: Float64Array | undefined;

  private constructor(rows: ChunkRows, rendered: RenderedTails, family: MetricFamily, lines: FamilyLines) {
    this.rows = rows;
    this.bytes = rendered.bytes;
    this.#tails = rendered.tails;
    const { width } = family.layout;
    // A copy, so that no chunk retains the columns of a whole family.
    this.#values = lines.isNumeric ? family.values.slice(rows.start * width, rows.end * width) : undefined;
  }

  /**
   * Renders rows from `start` on, until the chunk has `maxBytes` or the family ends. Yields where the clock is to be read.
   * @param sink an empty buffer, which is empty again afterwards
   */
  static *render(
    family: MetricFamily,
    lines: FamilyLines,
    start: number,
    head: string,
    { maxBytes, sink, rowsPerStep }: Rendering,
  ): Generator<Uint8Array, RenderedChunk, undefined> {
    sink.characters(head);
    const tails: number[] = [];
    let end = start;
    let pause = end + rowsPerStep();
    while (end < family.size && sink.length < maxBytes) {
      if (end === pause) {
        yield NOTHING;
        pause = end + rowsPerStep();
      }
      writeRow(sink, tails, lines, end++);
    }
    const rows = { start, end, head, isFull: sink.length >= maxBytes };
    return new RenderedChunk(rows, { bytes: sink.take(), tails: new Uint32Array(tails) }, family, lines);
  }

  /** True if a family, with the same rows as far as both have them, has a chunk of exactly these rows. */
  fits(family: MetricFamily, start: number): boolean {
    const { rows } = this;
    return rows.start === start && (rows.isFull ? rows.end <= family.size : rows.end === family.size);
  }

  /**
   * Returns the output of the same rows of another snapshot: this chunk if that is equal. Renders only the tails of rows
   * whose numbers differ, and all tails if they show more than numbers.
   */
  of(family: MetricFamily, lines: FamilyLines): RenderedChunk {
    const changed = this.#changedTails(family, lines);
    if (changed?.lines.length === 0) return this;
    const rendered = changed === undefined ? this.#renderAll(lines) : replaceTails(this.bytes, this.#tails, changed);
    return new RenderedChunk(this.rows, rendered, family, lines);
  }

  #renderAll(lines: FamilyLines): RenderedTails {
    const { start, end, head } = this.rows;
    const sink = new ByteSink();
    sink.characters(head);
    const tails: number[] = [];
    for (let row = start; row < end; row++) writeRow(sink, tails, lines, row);
    return { bytes: sink.take(), tails: new Uint32Array(tails) };
  }

  /** Returns the tails that may differ; `undefined` if a series has other lines than here. */
  #changedTails(family: MetricFamily, lines: FamilyLines): ChangedTails | undefined {
    const changed: ChangedTails = { lines: [], tails: new ByteSink(), ends: [] };
    const { start, end } = this.rows;
    const { perSeries } = lines;
    const positions = this.#tails;
    if (positions.length !== 2 * (end - start) * perSeries) return undefined;
    const { width } = family.layout;
    const now = family.values.subarray(start * width, end * width);
    const before = lines.isNumeric ? this.#values : undefined;
    for (let at = 0; at < now.length; at += width) {
      if (before !== undefined) at = nextChange(before, now, at, width);
      if (at >= now.length) break;
      const row = at / width;
      lines.select(start + row);
      for (let i = row * perSeries; i < (row + 1) * perSeries; i++) {
        const tail = lines.tail(i - row * perSeries);
        const wasAbsent = positions[2 * i] === positions[2 * i + 1];
        if ((tail === undefined) !== wasAbsent) return undefined;
        if (tail === undefined) continue;
        changed.lines.push(i);
        writeTail(changed.tails, tail);
        changed.ends.push(changed.tails.length);
      }
    }
    return changed;
  }
}

/** Means of rendering new chunks. */
export interface Rendering {
  /** Size from which a chunk is full. */
  readonly maxBytes: number;
  /** Empty buffer for the bytes of a chunk. */
  readonly sink: ByteSink;
  /** Returns the number of rows to render until the clock is read. */
  readonly rowsPerStep: () => number;
}

/** Rows of a chunk. */
interface ChunkRows {
  /** First row. */
  readonly start: number;
  /** Row after the last row. */
  readonly end: number;
  /** Head of the family, in the first chunk. */
  readonly head: string;
  /** True if the chunk ended because of its size: later rows then belong to the next chunk. */
  readonly isFull: boolean;
}

/** Bytes, with start and end of each line's tail. */
interface RenderedTails {
  readonly bytes: Uint8Array;
  readonly tails: Uint32Array;
}

/** Tails to replace. */
interface ChangedTails {
  /** Indexes of the lines within the chunk, in rising order. */
  readonly lines: number[];
  /** The tails, one after the other. */
  readonly tails: ByteSink;
  /** End of each tail in `tails`. */
  readonly ends: number[];
}

/** Writes the lines of a series, and adds start and end of each tail to `tails`. */
function writeRow(sink: ByteSink, tails: number[], lines: FamilyLines, row: number): void {
  lines.select(row);
  for (let line = 0; line < lines.perSeries; line++) {
    const tail = lines.tail(line);
    if (tail === undefined) {
      tails.push(sink.length, sink.length);
      continue;
    }
    lines.writePrefix(sink, line);
    tails.push(sink.length);
    writeTail(sink, tail);
    tails.push(sink.length);
    sink.byte(LINE_FEED);
  }
}

/** Returns the position of the first row, from `at` on, whose numbers differ; the length if there is none. */
function nextChange(before: Float64Array, now: Float64Array, at: number, width: number): number {
  for (let i = at; i < now.length; i++) {
    // Not !==, because NaN equals NaN here, and 0 differs from -0.
    if (!Object.is(now[i], before[i])) return i - (i % width);
  }
  return now.length;
}

/** Returns a copy of the bytes with new tails. Everything between two tails of changed length is copied in one piece. */
function replaceTails(old: Uint8Array, positions: Uint32Array, { lines, tails, ends }: ChangedTails): RenderedTails {
  const source = tails.view();
  const replaced = lines.reduce((sum, line) => sum + positions[2 * line + 1]! - positions[2 * line]!, 0);
  const bytes = new Uint8Array(old.length - replaced + source.length);
  const moved = new Uint32Array(positions.length);
  let shift = 0;
  let copied = 0;
  let next = 0;
  /** Copies the bytes up to `end`, and the positions before `count`. */
  const copy = (end: number, count: number) => {
    bytes.set(old.subarray(copied, end), copied + shift);
    for (; next < count; next++) moved[next] = positions[next]! + shift;
  };
  let start = 0;
  for (let i = 0; i < lines.length; i++) {
    const at = 2 * lines[i]!;
    const growth = ends[i]! - start - (positions[at + 1]! - positions[at]!);
    start = ends[i]!;
    if (growth === 0) continue;
    copy(positions[at]!, at + 1);
    copied = positions[at + 1]!;
    shift += growth;
  }
  copy(old.length, positions.length);
  let from = 0;
  for (let i = 0; i < lines.length; i++) {
    let to = moved[2 * lines[i]!]!;
    // For some bytes, this loop is faster than a call of `set`.
    while (from < ends[i]!) bytes[to++] = source[from++]!;
  }
  return { bytes, tails: moved };
}
