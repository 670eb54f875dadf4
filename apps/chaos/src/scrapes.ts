import { type Sample, samples } from '@promwright/model';
import { parseText } from '@promwright/parser';

/** Series that never decrease, by type of family. */
const MONOTONIC: ReadonlySet<string> = new Set(['counter', 'histogram', 'summary']);
/** Series of a process, which appear once for each process that lives. */
const ONCE = ['process_start_time_seconds', 'process_resident_memory_bytes'];

/** Checks all scrapes of a run, in the order of their beginning. */
export class ScrapeCheck {
  readonly faults: string[] = [];
  readonly durationsMs: number[] = [];
  #sums = new Map<string, number>();

  get scrapes(): number {
    return this.durationsMs.length;
  }

  /** Scrapes a member and checks the page. Scrapes must not overlap: an earlier page would seem to decrease. */
  async scrape(url: string): Promise<void> {
    const begin = performance.now();
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
      const text = await response.text();
      this.durationsMs.push(performance.now() - begin);
      if (response.status !== 200) this.faults.push(`status ${response.status}`);
      else this.#checkPage(text);
    } catch (error) {
      this.durationsMs.push(performance.now() - begin);
      this.faults.push(`failed scrape: ${String(error)}`);
    }
  }

  /** Returns a quantile of the durations. */
  quantileMs(quantile: number): number {
    const sorted = [...this.durationsMs].sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)] ?? Number.NaN;
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
