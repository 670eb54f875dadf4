import { Counter, type CounterSeries, Gauge, Histogram } from '@promwright/metrics';

/** Number of series that make a page too large for the buffers of a socket. */
export const LARGE_SERIES = 5000;
const LARGE_TEXT = ' of a large page'.repeat(60);
/** Steps after which rows are removed again. Before, they are only appended, for longer than a slow client needs for a page. */
const APPENDING_STEPS = 400;
const ALL_STEPS = 500;

/**
 * Metrics whose series are appended, removed, cleared and expire, and a gauge for the number and the sum of some of them. All
 * change in one step without a pause, so a page of one instant has exactly the announced series.
 */
export class ChurningMetrics {
  // First in the page: a slow client has not yet got the other families when these change.
  readonly #large = largeSeries();
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

  /** Makes one change of each metric. */
  step(): void {
    const step = this.#steps++;
    for (let i = 0; i < 50; i++) this.#large[(step * 7919 + i * 101) % LARGE_SERIES]!.inc();
    this.#changeRows(step);
    this.#expiring.inc({ id: (step >> 5) % 100 });
    this.#sizes.observe({ kind: step % 40 }, step % 1000, { trace_id: `${step}` });
    if (step % 100 === 99) this.#sizes.removeWhere({ kind: (step >> 6) % 40 });
  }

  #changeRows(step: number): void {
    const phase = step % ALL_STEPS;
    if (phase < APPENDING_STEPS) for (let i = 0; i < 4; i++) this.#setRow(step * 4 + i, i);
    else if (phase === ALL_STEPS - 1) this.#clear();
    else if (phase % 20 === 19) this.#removeGroup(phase % 7);
    else this.#removeOldest(5);
    const last = [...this.#values.keys()].at(-1);
    if (last !== undefined) this.#setRow(last, step);
    this.#rowCount.set(this.#values.size);
    this.#rowSum.set([...this.#values.values()].reduce((sum, value) => sum + value, 0));
  }

  #setRow(row: number, value: number): void {
    this.#rows.set({ row, group: row % 7 }, value);
    this.#values.set(row, value);
  }

  #removeOldest(count: number): void {
    for (const row of [...this.#values.keys()].slice(0, count)) {
      this.#rows.remove({ row, group: row % 7 });
      this.#values.delete(row);
    }
  }

  #removeGroup(group: number): void {
    this.#rows.removeWhere({ group });
    for (const row of this.#values.keys()) if (row % 7 === group) this.#values.delete(row);
  }

  #clear(): void {
    this.#rows.clear();
    this.#values.clear();
  }
}

function largeSeries(): readonly CounterSeries[] {
  const counter = new Counter({ name: 'load_large_total', help: 'Series with long labels.', labelNames: ['text'] });
  return Array.from({ length: LARGE_SERIES }, (_, i) => counter.labels({ text: `${i}${LARGE_TEXT}` }));
}
