import { checkBoolean, checkOptionNames, describeValue, type MetricFamily, rangeError } from '@promwright/model';
import { ByteSink, CHUNK_BYTES, NOTHING } from './byte-sink.ts';
import { CachedBytes } from './cached-bytes.ts';
import { type Dialect, OPENMETRICS_1_DIALECT, OPENMETRICS_2_DIALECT, TEXT_DIALECT } from './dialect.ts';
import { linesOf, writeLines } from './family-lines.ts';
import type { Format } from './format.ts';
import { checkOnOmitted, type OnOmitted } from './on-omitted.ts';
import { Pace } from './pace.ts';
import { type FormatRules, PROTOBUF_RULES } from './plan/format-rules.ts';
import { KnownNames } from './plan/known-names.ts';
import { planFamilies } from './plan/plan-families.ts';
import { protobufFamilies } from './protobuf-family.ts';
import { RenderCache } from './render-cache.ts';

/** Options of an {@link ExpositionWriter}. */
export interface ExpositionWriterOptions {
  /**
   * True to cache the output, so that the next scrape renders only changed numbers. Takes memory of some 1.2 times the
   * text, for each of the last two formats. Default true.
   */
  readonly reuse?: boolean;
  /** Longest time to block the event loop, in milliseconds. Default 10. */
  readonly sliceMs?: number;
  /**
   * Function called for each family that a page omits because the format cannot express its samples, in any form. Called
   * at each scrape. Must not throw.
   * @param reason rule of the format that the family breaks, for people
   */
  readonly onOmitted?: OnOmitted;
}

const OPTION_NAMES: readonly string[] = Object.keys({ reuse: true, sliceMs: true, onOmitted: true } satisfies Record<
  keyof ExpositionWriterOptions,
  true
>);

/** Number of lines rendered between two readings of the clock: some 100 microseconds of work. */
const LINES_PER_STEP = 256;
/** Number of series whose numbers take a large part of a slice to copy when they are gathered. */
const MANY_ROWS = 200_000;
/** Share of a slice that is planned for. The rest is for surprises: a garbage collection takes some milliseconds. */
const PLANNED = 0.5;

/**
 * Writer of families that yields to the event loop between slices of work, so that a scrape of a million series does
 * not block the program. The output is of one instant all the same, because families do not change.
 */
export class ExpositionWriter {
  /** @internal Sizes by which text is divided. Tests make them small, to have many borders in a small output. */
  sizes: { readonly linesPerStep: number; readonly chunkBytes: number } = {
    linesPerStep: LINES_PER_STEP,
    chunkBytes: CHUNK_BYTES,
  };
  readonly #sliceMs: number;
  readonly #cache: RenderCache | undefined;
  readonly #onOmitted: OnOmitted | undefined;
  readonly #knownNames = new Map<FormatRules, KnownNames>();
  readonly #pace = new Pace();

  /**
   * @throws with code `INVALID_OPTION` unless `sliceMs` is positive, `reuse` a boolean and `onOmitted` a function, and
   *   for an unknown option
   */
  constructor(options: ExpositionWriterOptions = {}) {
    checkOptionNames('ExpositionWriter', options, OPTION_NAMES);
    const { sliceMs = 10, reuse = true, onOmitted } = options;
    checkOnOmitted(onOmitted);
    if (!(typeof sliceMs === 'number' && sliceMs > 0)) {
      throw rangeError('INVALID_OPTION', `Option "sliceMs" must be positive; got ${describeValue(sliceMs)}`);
    }
    checkBoolean('reuse', reuse);
    this.#sliceMs = sliceMs;
    this.#onOmitted = onOmitted;
    this.#cache = reuse ? new RenderCache() : undefined;
  }

  /**
   * Yields the families in a format, as UTF-8 or protobuf bytes in chunks of about 64 KiB. A caller may keep a chunk,
   * but must not change its bytes: a later scrape may get the same chunk. Families that the format cannot express are
   * written as by `formatText`, `formatOpenMetrics` and `formatProtobuf`, or omitted and reported to `onOmitted`.
   */
  async *write(families: Iterable<MetricFamily>, format: Format): AsyncGenerator<Uint8Array, void, undefined> {
    const chunks = format.type === 'protobuf' ? this.#protobuf(families, format) : this.#text(families, format);
    // The first slice gets half of the time: gathering has used a part of the same turn of the event loop.
    let begin = performance.now();
    let end = begin + (this.#sliceMs * PLANNED) / 2;
    let longestMs = 0;
    for (const chunk of chunks) {
      if (chunk.length > 0) yield chunk;
      const now = performance.now();
      longestMs = Math.max(longestMs, now - begin);
      begin = now;
      // Yields to the event loop before the next step can exceed the slice, not after.
      if (chunk !== PAUSE && now + longestMs < end) continue;
      await nextTurn();
      begin = performance.now();
      end = begin + this.#sliceMs * PLANNED;
    }
  }

  /** Yields chunks, and an empty chunk wherever only the clock is to be read. */
  *#text(families: Iterable<MetricFamily>, format: Format): Generator<Uint8Array, void, undefined> {
    const dialect = dialectOf(format);
    const cache = this.#cache?.of(format);
    const { linesPerStep, chunkBytes } = this.sizes;
    const pending = new ByteSink();
    // Text of small families, to follow `pending`. Encoded together: encoding one takes longer than rendering it.
    const text: string[] = [];
    let textLines = 0;
    const planned = yield* this.#plan(families, dialect.rules, format);
    if (planned.reduce((rows, { size }) => rows + size, 0) > MANY_ROWS) yield PAUSE;
    for (const family of planned) {
      const lines = linesOf(family, dialect, format.escaping);
      // An unchanged number can become absent, which the cache does not notice. Instruments have no absent numbers.
      const isCached = cache !== undefined && CachedBytes.isCacheable(family) && family.absent === undefined;
      const count = family.size * lines.perSeries;
      // A small family is not worth separate chunks.
      const isSmall = isCached && count < linesPerStep;
      if (isSmall) {
        cache.addText(text, family, lines);
        textLines += count;
        if (textLines < linesPerStep) continue;
      }
      if (textLines > 0) pending.raw(encoder.encode(text.join('')));
      text.length = 0;
      textLines = 0;
      if (isSmall) {
        yield takeFull(pending, chunkBytes);
      } else if (isCached) {
        yield pending.take();
        yield* cache.bytesOf(family, lines.head).chunks(family, lines, {
          maxBytes: chunkBytes,
          sink: pending,
          rowsPerStep: () => this.#pace.rows(lines.perSeries, linesPerStep),
        });
      } else {
        pending.characters(lines.head);
        for (let start = 0; start < family.size; ) {
          const end = Math.min(start + this.#pace.rows(lines.perSeries, linesPerStep), family.size);
          writeLines(pending, lines, start, end);
          yield takeFull(pending, chunkBytes);
          start = end;
        }
      }
    }
    const rest = encoder.encode(text.join('') + dialect.end);
    if (pending.length > 0) pending.raw(rest);
    yield pending.length > 0 ? pending.take() : rest;
    cache?.evictUnused();
  }

  /** Decides which families to write and how, in steps. */
  *#plan(
    families: Iterable<MetricFamily>,
    rules: FormatRules,
    { escaping }: Format,
  ): Generator<Uint8Array, readonly MetricFamily[], undefined> {
    const known = this.#knownNames.get(rules) ?? new KnownNames();
    this.#knownNames.set(rules, known);
    const plan = planFamilies(families, rules, escaping, this.#onOmitted, known);
    for (;;) {
      const step = plan.next();
      if (step.done) return step.value;
      yield NOTHING;
    }
  }

  *#protobuf(families: Iterable<MetricFamily>, format: Format): Generator<Uint8Array, void, undefined> {
    for (const family of yield* this.#plan(families, PROTOBUF_RULES, format)) {
      for (const message of protobufFamilies(family, format.escaping)) {
        // The message begins with the length of the whole family.
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
}

/** Empty chunk that ends a slice. */
const PAUSE = new Uint8Array(0);
const encoder = new TextEncoder();

/** Returns the pending bytes if they fill a chunk, else an empty chunk. */
function takeFull(pending: ByteSink, chunkBytes: number): Uint8Array {
  return pending.length < chunkBytes ? NOTHING : pending.take();
}

/** Yields the parts, joined into chunks of at least `CHUNK_BYTES`. */
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

/** Resolves in a later turn of the event loop, after timers and I/O; a promise alone resolves before them. */
function nextTurn(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => void };
  return new Promise((resolve) => {
    if (setImmediate) setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
