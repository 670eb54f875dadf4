import { describeValue, type MetricFamily, rangeError } from '@promwright/model';
import { OPENMETRICS_DIALECT, TEXT_DIALECT } from './dialect.ts';
import { FamilyRenderer } from './family-renderer.ts';
import type { Format } from './format.ts';

/** What a writer is made with. */
export interface ExpositionWriterOptions {
  /** How long it may work before it lets other work of the program run, in milliseconds. Default 10. */
  readonly sliceMs?: number;
}

/** Lines rendered between two looks at the clock: some 100 microseconds of work. */
const LINES_PER_STEP = 256;
/** Enough that the cost of passing a chunk on is small beside that of making it. */
const CHUNK_CHARACTERS = 64 * 1024;

/**
 * Writes families in slices, so that however many series there are, the program's other work is not held up. What it shows
 * is of one instant all the same, because families do not change.
 */
export class ExpositionWriter {
  readonly #sliceMs: number;
  readonly #encoder = new TextEncoder();

  /** @throws RangeError with code `INVALID_OPTION` unless `sliceMs` is positive */
  constructor(options: ExpositionWriterOptions = {}) {
    const { sliceMs = 10 } = options;
    if (!(typeof sliceMs === 'number' && sliceMs > 0)) {
      throw rangeError('INVALID_OPTION', `Option "sliceMs" must be positive; got ${describeValue(sliceMs)}`);
    }
    this.#sliceMs = sliceMs;
  }

  /** The bytes of the families in a format, in chunks of about 64 KiB. Every chunk is the reader's to keep. */
  async *write(families: Iterable<MetricFamily>, format: Format): AsyncGenerator<Uint8Array, void, undefined> {
    const dialect = format.type === 'openmetrics' ? OPENMETRICS_DIALECT : TEXT_DIALECT;
    let pending = '';
    let sliceEnd = performance.now() + this.#sliceMs;
    for (const family of families) {
      if (family.size === 0) continue;
      const renderer = new FamilyRenderer(family, dialect, format.escaping);
      const step = Math.max(1, Math.floor(LINES_PER_STEP / renderer.linesPerSeries()));
      pending += renderer.head();
      for (let start = 0; start < family.size; start += step) {
        pending += renderer.lines(start, Math.min(start + step, family.size));
        if (pending.length >= CHUNK_CHARACTERS) {
          yield this.#encoder.encode(pending);
          pending = '';
        }
        if (performance.now() >= sliceEnd) {
          await nextTurn();
          sliceEnd = performance.now() + this.#sliceMs;
        }
      }
    }
    pending += dialect.end;
    if (pending !== '') yield this.#encoder.encode(pending);
  }
}

/** Lets timers and I/O run; a promise alone would not. */
function nextTurn(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => void };
  return new Promise((resolve) => {
    if (setImmediate) setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
