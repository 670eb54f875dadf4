import type { OnOmitted } from '@promwright/exposition';
import { familyFromRows, type MetricFamily } from '@promwright/model';

const NAME = 'promwright_omitted_families_total';
/** Limit of families that are counted one by one. */
const MAX_FAMILIES = 100;
/** Label value of all further families. */
const OTHER = '__other__';

/** Counts of families that pages omit because their format cannot express them. */
export class OmittedFamilies {
  readonly #counts = new Map<string, number>();
  readonly #warn: (message: string) => void;

  /** @param warn called once for each family */
  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** Counts a family. Never throws. */
  readonly count: OnOmitted = ({ name }, reason) => {
    const metric = this.#counts.has(name) || this.#counts.size < MAX_FAMILIES ? name : OTHER;
    const before = this.#counts.get(metric) ?? 0;
    this.#counts.set(metric, before + 1);
    if (before === 0) this.#warn(`Metric "${metric}" was omitted from a scrape: ${reason}`);
  };

  /**
   * Returns the families of a page, with the counts of earlier pages as an additional family if there are any, and if the client
   * asked for it.
   * @param names names that the client asked for; empty for all
   */
  addTo(families: readonly MetricFamily[], names: readonly string[]): readonly MetricFamily[] {
    if (this.#counts.size === 0 || (names.length > 0 && !names.includes(NAME))) return families;
    // A page of another program that is passed on can have the family already.
    if (families.some(({ name }) => name === NAME)) return families;
    const rows = Array.from(this.#counts, ([metric, value]) => ({ labels: { metric }, value }));
    const help = 'Families that pages omitted because their format cannot express them.';
    return [...families, familyFromRows({ name: NAME, type: 'counter', help, rows })];
  }
}

/** Warns by the process, where there is one. Elsewhere the counts alone tell of omitted families. */
export function warnOfOmitted(message: string): void {
  try {
    const { process } = globalThis as { process?: { emitWarning?(message: string, type: string): void } };
    process?.emitWarning?.(message, 'ScrapeWarning');
  } catch {
    // A scrape does not fail because of a warning.
  }
}
