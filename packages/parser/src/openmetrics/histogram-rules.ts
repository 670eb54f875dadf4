import type { SampleRole } from '../text/sample-role.ts';
import type { TextCursor } from '../tokens/text-cursor.ts';

/** What OpenMetrics 1.0 asks of the samples of one histogram, which are read one by one. */
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

  /** Begins with another histogram. */
  begin(cursor: TextCursor): void {
    this.#line = cursor.line;
    this.#bound = Number.NaN;
    this.#below = 0;
    this.#hasNegativeBound = false;
    this.#sum = undefined;
    this.#count = undefined;
  }

  /** Takes the next sample. */
  add(cursor: TextCursor, start: number, role: SampleRole, bound: number, value: number): void {
    if (role === 'bucket') {
      if (bound <= this.#bound) {
        cursor.fail('buckets in rising order of "le"', start, `${bound} after ${this.#bound}`);
      }
      if (value < this.#below)
        cursor.fail('counts of buckets that do not fall', start, `${value} after ${this.#below}`);
      this.#bound = bound;
      this.#below = value;
      this.#hasNegativeBound ||= bound < 0;
    } else if (role === 'sum') this.#sum = value;
    else if (role === 'count') this.#count = value;
  }

  /** Checks what can only be known at the end of a histogram. */
  end(cursor: TextCursor): void {
    const [sum, count] = this.#gauge ? ['"_gsum"', '"_gcount"'] : ['"_sum"', '"_count"'];
    const refuse = (expected: string, found: string) => cursor.failInLine(this.#line, expected, found);
    if (this.#bound !== Infinity) refuse('a histogram with a bucket "+Inf"', 'one without');
    if (this.#count !== undefined && this.#count !== this.#below) {
      refuse(`${count} to equal the bucket "+Inf"`, `${this.#count} and ${this.#below}`);
    }
    if ((this.#sum === undefined) !== (this.#count === undefined)) {
      refuse(`${sum} and ${count} to come together`, `only ${this.#sum === undefined ? count : sum}`);
    }
    if (this.#sum === undefined) return;
    if (!this.#gauge && this.#hasNegativeBound) refuse(`no ${sum} beside a negative bucket`, 'one');
    if (this.#gauge && this.#sum < 0 && !this.#hasNegativeBound) {
      refuse(`a negative ${sum} only beside a negative bucket`, String(this.#sum));
    }
  }
}
