import type { SampleRole } from '../text/sample-role.ts';
import type { TextCursor } from '../tokens/text-cursor.ts';

/** Rules of OpenMetrics 1.0 for the samples of one histogram, checked sample by sample. */
export class HistogramRules {
  readonly #gauge: boolean;
  #line = 0;
  #bound = Number.NaN;
  #below = 0;
  #hasNegativeBound = false;
  #sum: number | undefined;
  #count: number | undefined;

  constructor(gauge: boolean) {
    this.#gauge = gauge;
  }

  /** Begins another histogram. */
  begin(cursor: TextCursor): void {
    this.#line = cursor.line;
    this.#bound = Number.NaN;
    this.#below = 0;
    this.#hasNegativeBound = false;
    this.#sum = undefined;
    this.#count = undefined;
  }

  /** Checks the next sample. */
  add(cursor: TextCursor, start: number, role: SampleRole, bound: number, value: number): void {
    if (role === 'bucket') {
      if (bound <= this.#bound) {
        cursor.fail('buckets in rising order of "le"', start, `${bound} after ${this.#bound}`);
      }
      if (value < this.#below) cursor.fail('bucket counts that never decrease', start, `${value} after ${this.#below}`);
      this.#bound = bound;
      this.#below = value;
      this.#hasNegativeBound ||= bound < 0;
    } else if (role === 'sum') this.#sum = value;
    else if (role === 'count') this.#count = value;
  }

  /** Checks the rules about the histogram as a whole. */
  end(cursor: TextCursor): void {
    const [sum, count] = this.#gauge ? ['"_gsum"', '"_gcount"'] : ['"_sum"', '"_count"'];
    const fail = (expected: string, found: string) => cursor.failInLine(this.#line, expected, found);
    if (this.#bound !== Infinity) fail('a bucket "+Inf" in every histogram', 'none');
    if (this.#count !== undefined && this.#count !== this.#below) {
      fail(`${count} to equal the bucket "+Inf"`, `${this.#count} and ${this.#below}`);
    }
    if ((this.#sum === undefined) !== (this.#count === undefined)) {
      fail(`both ${sum} and ${count}`, `only ${this.#sum === undefined ? count : sum}`);
    }
    if (this.#sum === undefined) return;
    if (!this.#gauge && this.#hasNegativeBound) fail(`no ${sum} beside a negative bucket bound`, `a ${sum}`);
    if (this.#gauge && this.#sum < 0 && !this.#hasNegativeBound) {
      fail(`a negative ${sum} only beside a negative bucket bound`, String(this.#sum));
    }
  }
}
