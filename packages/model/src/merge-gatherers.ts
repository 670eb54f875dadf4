import { checkDescription } from './check-family.ts';
import type { Gatherer, GatherOptions } from './collector.ts';
import { concatFamilies } from './concat-families.ts';
import { describeValue, PromwrightError, typeError } from './errors.ts';
import { familyFromRows } from './family-from-rows.ts';
import type { MetricFamily } from './metric-family.ts';
import { reservedNames } from './reserved-names.ts';

/**
 * Combines several gatherers into one, to serve several registries from one `/metrics`. Families of the same name
 * become one family with all their series. If that is impossible, because the families differ or have a series in
 * common, only the first gatherer's family is shown. Such conflicts, and gatherers that fail, are counted in
 * `promwright_merge_errors_total{family}`. So are families of different names that clash in some format, such as a gauge
 * `x` and a counter `x_total`; both are shown, and formats without room for both show one as single samples. With the
 * option `strict` of `gather`, each of these rejects.
 *
 * Numbers are never added: series of several processes need a label that names the process.
 * @throws TypeError with code `INVALID_OPTION` for an argument without a method `gather`
 */
export function mergeGatherers(...gatherers: readonly Gatherer[]): Gatherer {
  for (const gatherer of gatherers) {
    if (typeof gatherer?.gather === 'function') continue;
    throw typeError(
      'INVALID_OPTION',
      `The arguments of mergeGatherers must have a method "gather"; got ${describeValue(gatherer)}`,
    );
  }
  return new MergedGatherer(gatherers);
}

/** Returns the families of a gatherer, and the errors of a gatherer that failed or returned anything else. */
function validFamilies(result: PromiseSettledResult<readonly MetricFamily[]>): {
  readonly families: readonly MetricFamily[];
  readonly errors: readonly unknown[];
} {
  if (result.status === 'rejected') return { families: [], errors: [result.reason] };
  if (!Array.isArray(result.value)) {
    const found = describeValue(result.value);
    return { families: [], errors: [typeError('INVALID_FAMILY', `A gatherer must return an array; got ${found}`)] };
  }
  const errors: unknown[] = [];
  const families = result.value.filter((family) => {
    try {
      checkDescription(family);
      return true;
    } catch (error) {
      errors.push(error);
      return false;
    }
  });
  return { families, errors };
}

class MergedGatherer implements Gatherer {
  /** Only if all gatherers have it: of a family of several gatherers, series would else be missing. */
  declare readonly snapshot?: () => readonly MetricFamily[];
  readonly #gatherers: readonly Gatherer[];
  readonly #errors = new Map<string, number>();
  #starting = false;

  constructor(gatherers: readonly Gatherer[]) {
    this.#gatherers = gatherers;
    if (gatherers.every(({ snapshot }) => snapshot !== undefined)) {
      this.snapshot = () =>
        this.#combine(
          gatherers.map((gatherer) => gatherer.snapshot!()),
          // Counted at each gathering.
          () => undefined,
        );
    }
  }

  async gather(options: GatherOptions = {}): Promise<readonly MetricFamily[]> {
    const results = await Promise.allSettled(this.#startAll(options));
    options.signal?.throwIfAborted();
    const all = results.map((result) => {
      const { families, errors } = validFamilies(result);
      for (const error of errors) {
        if (options.strict) throw error;
        this.#count('');
      }
      return families;
    });
    const families = this.#combine(all, (name, error) => {
      if (options.strict) throw error;
      this.#count(name);
    });
    this.#reportClashes(families, options.strict === true);
    return [...families, ...this.#selfFamilies(options)];
  }

  /**
   * Joins families of one name.
   * @param onError called with the name of families that cannot be joined, of which the first is kept
   */
  #combine(all: readonly (readonly MetricFamily[])[], onError: (name: string, error: unknown) => void): MetricFamily[] {
    const byName = new Map<string, [MetricFamily, ...MetricFamily[]]>();
    for (const family of all.flat()) {
      const same = byName.get(family.name);
      if (same) same.push(family);
      else byName.set(family.name, [family]);
    }
    return [...byName.values()].map((same) => {
      try {
        return concatFamilies(same);
      } catch (error) {
        onError(same[0].name, error);
        return same[0];
      }
    });
  }

  /** Starts all gatherers at once, so that their snapshots are as close in time as possible. */
  #startAll(options: GatherOptions): Promise<readonly MetricFamily[]>[] {
    // A merged gatherer that contains itself, perhaps inside another one, would gather without end.
    if (this.#starting) throw new PromwrightError('COLLECTOR_CYCLE', 'A merged gatherer must not contain itself');
    this.#starting = true;
    try {
      return this.#gatherers.map(async (gatherer) => gatherer.gather(options));
    } finally {
      this.#starting = false;
    }
  }

  /** Reports families of different names that would have a name in common in some format. */
  #reportClashes(families: readonly MetricFamily[], strict: boolean): void {
    const owners = new Map<string, MetricFamily>();
    for (const family of families) {
      if (family.size === 0) continue;
      const names = reservedNames(family.name, family.type);
      const taken = names.find((name) => owners.has(name));
      for (const name of names) if (!owners.has(name)) owners.set(name, family);
      if (taken === undefined) continue;
      if (strict) {
        const owner = owners.get(taken)!;
        throw new PromwrightError(
          'CLASHING_NAME',
          `The name "${taken}" would belong to both ${family.type} "${family.name}" and ${owner.type} "${owner.name}" in a scrape; rename one of them`,
        );
      }
      this.#count(family.name);
    }
  }

  #count(family: string): void {
    this.#errors.set(family, (this.#errors.get(family) ?? 0) + 1);
  }

  #selfFamilies({ names }: GatherOptions): MetricFamily[] {
    const name = 'promwright_merge_errors_total';
    if (this.#errors.size === 0 || (names !== undefined && !names.includes(name))) return [];
    const rows = [...this.#errors].map(([family, value]) => ({ labels: { family }, value }));
    const help = 'Families that could not be merged, or clash with others; with an empty label, gatherers that failed.';
    return [familyFromRows({ name, type: 'counter', help, rows })];
  }
}
