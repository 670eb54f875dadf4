import { type Sample, samples } from '@promwright/model';
import { parseText } from '@promwright/parser';

/** Series that never decrease, by type of family. */
const MONOTONIC: ReadonlySet<string> = new Set(['counter', 'histogram', 'summary']);
/** Series of a process, which appear once for each process that lives. */
const ONCE = ['process_start_time_seconds', 'process_resident_memory_bytes'];

/** Durations of scrapes, in milliseconds. */
export class Durations {
  readonly #all: number[] = [];

  get size(): number {
    return this.#all.length;
  }

  add(durationMs: number): void {
    this.#all.push(durationMs);
  }

  /** Returns a quantile; NaN without scrapes. */
  quantile(quantile: number): number {
    const sorted = [...this.#all].sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)] ?? Number.NaN;
  }
}

/** Checks all scrapes of a run, in the order of their beginning. */
export class ScrapeCheck {
  readonly faults: string[] = [];
  scrapes = 0;
  #sums = new Map<string, number>();

  /** Reads a page and checks it. Scrapes must not overlap: an earlier page would seem to decrease. */
  async scrape(read: () => Promise<string>, durations: Durations): Promise<void> {
    this.scrapes++;
    const begin = performance.now();
    try {
      const text = await read();
      durations.add(performance.now() - begin);
      this.#checkPage(text);
    } catch (error) {
      durations.add(performance.now() - begin);
      this.faults.push(`failed scrape: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Returns the last value of a series. */
  last(series: string): number {
    return this.#sums.get(series) ?? 0;
  }

  #checkPage(text: string): void {
    const seen = new Map<string, number>();
    for (const family of parseText(text)) {
      if (ONCE.includes(family.name) && family.size !== 1) {
        this.faults.push(`${family.name} has ${family.size} series instead of 1`);
      }
      if (!MONOTONIC.has(family.type)) continue;
      for (const sample of samples(family)) {
        const isQuantile = family.type === 'summary' && sample.name === family.name;
        if (!isQuantile) seen.set(nameOf(sample), sample.value);
      }
    }
    for (const [series, before] of this.#sums) {
      const now = seen.get(series);
      if (now === undefined) this.faults.push(`${series} disappeared`);
      else if (now < before) this.faults.push(`${series} decreased from ${before} to ${now}`);
    }
    this.#sums = seen;
  }
}

/** Returns the name and labels of a sample. */
function nameOf({ name, labels }: Sample): string {
  const pairs = labels.map((label) => `${label.name}="${label.value}"`);
  return pairs.length === 0 ? name : `${name}{${pairs.join()}}`;
}
