import { checkBoolean, describeValue, type MetricFamily, rangeError } from '@promwright/model';
import { ByteSink } from './byte-sink.ts';
import { CachedBytes } from './cached-bytes.ts';
import { type Dialect, OPENMETRICS_1_DIALECT, OPENMETRICS_2_DIALECT, TEXT_DIALECT } from './dialect.ts';
import { linesOf, writeLines } from './family-lines.ts';
import type { Format } from './format.ts';
import { ProtobufFamily } from './protobuf-family.ts';
import { RenderCache } from './render-cache.ts';

/** What a writer is made with. */
export interface ExpositionWriterOptions {
  /**
   * Whether to keep what was written, so that the next scrape makes only what changed since. Takes memory for some 1.2 times
   * the text, for each of the last formats that were asked for. Default true.
   */
  readonly reuse?: boolean;
  /** How long it may work before it lets other work of the program run, in milliseconds. Default 10. */
  readonly sliceMs?: number;
}

/** Lines rendered between two looks at the clock: some 100 microseconds of work. */
const LINES_PER_STEP = 256;
/** The part of a slice that is planned for; the rest is for what cannot be foreseen: collecting garbage takes some milliseconds. */
const PLANNED = 0.5;
/** Enough that the cost of passing a chunk on is small beside that of making it. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Writes families in slices, so that however many series there are, the program's other work is not held up. What it shows
 * is of one instant all the same, because families do not change.
 */
export class ExpositionWriter {
  readonly #sliceMs: number;
  readonly #kept: RenderCache | undefined;

  /** @throws with code `INVALID_OPTION` unless `sliceMs` is positive and `reuse` a boolean */
  constructor(options: ExpositionWriterOptions = {}) {
    const { sliceMs = 10, reuse = true } = options;
    if (!(typeof sliceMs === 'number' && sliceMs > 0)) {
      throw rangeError('INVALID_OPTION', `Option "sliceMs" must be positive; got ${describeValue(sliceMs)}`);
    }
    checkBoolean('reuse', reuse);
    this.#sliceMs = sliceMs;
    this.#kept = reuse ? new RenderCache() : undefined;
  }

  /**
   * The bytes of the families in a format, in chunks of about 64 KiB. A chunk may be kept but not changed, for a later scrape
   * may get the same one.
   */
  async *write(families: Iterable<MetricFamily>, format: Format): AsyncGenerator<Uint8Array, void, undefined> {
    const chunks = format.type === 'protobuf' ? this.#protobuf(families, format) : this.#text(families, format);
    // The first slice stands behind the gathering, in the same turn of the event loop.
    let begin = performance.now();
    let end = begin + (this.#sliceMs * PLANNED) / 2;
    let longestMs = 0;
    for (const chunk of chunks) {
      if (chunk.length > 0) yield chunk;
      const now = performance.now();
      longestMs = Math.max(longestMs, now - begin);
      begin = now;
      // Before the next step could take it past the end, rather than after it did.
      if (now + longestMs < end) continue;
      await nextTurn();
      begin = performance.now();
      end = begin + this.#sliceMs * PLANNED;
    }
  }

  /** Chunks, and empty ones in between where only a look at the clock is due. */
  *#text(families: Iterable<MetricFamily>, format: Format): Generator<Uint8Array, void, undefined> {
    const dialect = dialectOf(format);
    const kept = this.#kept?.of(format);
    const pending = new ByteSink();
    // Of small families, behind what is pending: encoded together, as each would take longer to encode than to make.
    const text: string[] = [];
    let textLines = 0;
    for (const family of families) {
      if (family.size === 0) continue;
      const lines = linesOf(family, dialect, format.escaping);
      const canKeep = kept !== undefined && CachedBytes.isCacheable(family);
      const count = family.size * lines.perSeries;
      // A small family is not worth chunks of its own.
      const isSmall = canKeep && count < LINES_PER_STEP;
      if (isSmall) {
        kept.addText(text, family, lines);
        textLines += count;
        if (textLines < LINES_PER_STEP) continue;
      }
      if (textLines > 0) pending.raw(encoder.encode(text.join('')));
      text.length = 0;
      textLines = 0;
      if (isSmall) {
        yield taken(pending);
      } else if (canKeep) {
        yield pending.take();
        yield* kept.bytesOf(family, lines.head).chunks(family, lines);
      } else {
        pending.characters(lines.head);
        const step = Math.max(1, Math.floor(LINES_PER_STEP / lines.perSeries));
        for (let start = 0; start < family.size; start += step) {
          writeLines(pending, lines, start, Math.min(start + step, family.size));
          yield taken(pending);
        }
      }
    }
    const rest = encoder.encode(text.join('') + dialect.end);
    if (pending.length > 0) pending.raw(rest);
    yield pending.length > 0 ? pending.take() : rest;
    kept?.forgetUnused();
  }

  *#protobuf(families: Iterable<MetricFamily>, { escaping }: Format): Generator<Uint8Array, void, undefined> {
    for (const family of families) {
      if (family.size === 0) continue;
      const message = new ProtobufFamily(family, escaping);
      // The length of the whole family stands in front of it.
      const series: Uint8Array[] = [];
      const step = Math.max(1, Math.floor(LINES_PER_STEP / family.layout.width));
      for (let start = 0; start < family.size; start += step) {
        series.push(message.series(start, Math.min(start + step, family.size)));
        yield NOTHING;
      }
      yield* joined([message.head(series.reduce((length, part) => length + part.length, 0)), ...series]);
    }
  }
}

const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();

/** A chunk if what is pending is enough for one, else an empty one. */
function taken(pending: ByteSink): Uint8Array {
  return pending.length < CHUNK_BYTES ? NOTHING : pending.take();
}

/** Parts in chunks that are worth passing on. */
function* joined(parts: readonly Uint8Array[]): Generator<Uint8Array, void, undefined> {
  let pending: Uint8Array[] = [];
  let length = 0;
  for (let i = 0; i < parts.length; i++) {
    pending.push(parts[i]!);
    length += parts[i]!.length;
    if (length < CHUNK_BYTES && i < parts.length - 1) continue;
    const chunk = new Uint8Array(length);
    let at = 0;
    for (const part of pending) {
      chunk.set(part, at);
      at += part.length;
    }
    yield chunk;
    pending = [];
    length = 0;
  }
}

function dialectOf({ type, version }: Format): Dialect {
  if (type === 'text') return TEXT_DIALECT;
  return version === '2.0.0' ? OPENMETRICS_2_DIALECT : OPENMETRICS_1_DIALECT;
}

/** Lets timers and I/O run; a promise alone would not. */
function nextTurn(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => void };
  return new Promise((resolve) => {
    if (setImmediate) setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
