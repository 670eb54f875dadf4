import { Counter, Gauge, Histogram } from '@promwright/metrics';

/** Number of series that make a page too large for the buffers of a socket. */
export const LARGE_SERIES = 8000;
const LARGE_TEXT = ' of a large page'.repeat(60);
const MAX_ROWS = 1500;

/**
 * Metrics whose series are appended, removed, cleared and expire, and a gauge for the number and the sum of some of them. All
 * change in one step without a pause, so a page of one instant has exactly the announced series.
 */
export class ChurningMetrics {
  readonly #large = new Counter({
    name: 'load_large_total',
    help: 'Series with long labels.',
    labelNames: ['text'],
  });
  readonly #rows = new Gauge({
    name: 'load_rows',
    help: 'Rows that come and go.',
    labelNames: ['row', 'group'],
    labelLimit: Infinity,
  });
  readonly #rowCount = new Gauge({ name: 'load_row_count', help: 'Number of rows.' });
  readonly #rowSum = new Gauge({ name: 'load_row_sum', help: 'Sum of the rows.' });
  readonly #expiring = new Counter({
    name: 'load_expiring_total',
    help: 'Series that expire.',
    labelNames: ['id'],
    expireAfterMs: 1500,
  });
  readonly #sizes = new Histogram({
    name: 'load_sizes',
    help: 'Sizes, with exemplars.',
    labelNames: ['kind'],
    buckets: [10, 100],
    native: true,
  });
  readonly #values = new Map<number, number>();
  #steps = 0;

  constructor() {
    for (let i = 0; i < LARGE_SERIES; i++) this.#large.inc({ text: largeText(i) });
  }

  /** Makes one change of each metric. */
  step(): void {
    const step = this.#steps++;
    for (let i = 0; i < 80; i++) this.#large.inc({ text: largeText((step * 7919 + i * 101) % LARGE_SERIES) });
    this.#changeRows(step);
    this.#expiring.inc({ id: (step >> 5) % 100 });
    this.#sizes.observe({ kind: step % 40 }, step % 1000, { trace_id: `${step}` });
    if (step % 10 === 0) this.#sizes.removeWhere({ kind: (step / 10) % 40 });
  }

  #changeRows(step: number): void {
    if (step % 200 === 199) {
      this.#rows.clear();
      this.#values.clear();
    } else if (step % 20 === 19) {
      const group = step % 7;
      this.#rows.removeWhere({ group });
      for (const row of this.#values.keys()) if (row % 7 === group) this.#values.delete(row);
    } else if (step % 5 === 4 || this.#values.size >= MAX_ROWS) {
      for (const row of [...this.#values.keys()].slice(0, 20)) {
        this.#rows.remove({ row, group: row % 7 });
        this.#values.delete(row);
      }
    } else {
      for (let i = 0; i < 25; i++) this.#setRow(step * 25 + i, i);
    }
    const last = [...this.#values.keys()].at(-1);
    if (last !== undefined) this.#setRow(last, step);
    this.#rowCount.set(this.#values.size);
    this.#rowSum.set([...this.#values.values()].reduce((sum, value) => sum + value, 0));
  }

  #setRow(row: number, value: number): void {
    this.#rows.set({ row, group: row % 7 }, value);
    this.#values.set(row, value);
  }
}

function largeText(i: number): string {
  return `${i}${LARGE_TEXT}`;
}
