import { type MetricFamily, reservedNames } from '@promwright/model';
import type { Limits } from './lint-options.ts';

/** Information for rules beyond the checked family: limits and the other families. */
export class LintContext {
  readonly limits: Limits;
  readonly #families: readonly MetricFamily[];
  #hasUnits: boolean | undefined;
  #clashes: ReadonlyMap<MetricFamily, ReadonlySet<string>> | undefined;

  constructor(families: readonly MetricFamily[], limits: Limits) {
    this.#families = families;
    this.limits = limits;
  }

  /** Returns true if any family has a unit. Families from text 0.0.4 have none: the format cannot express units. */
  hasUnits(): boolean {
    this.#hasUnits ??= this.#families.some(({ unit }) => unit);
    return this.#hasUnits;
  }

  /**
   * Returns the names of earlier families with a name or a name of samples in common with a family: for each such name, the
   * first family that has the name.
   */
  clashes(family: MetricFamily): ReadonlySet<string> {
    this.#clashes ??= findClashes(this.#families);
    return this.#clashes.get(family) ?? new Set();
  }
}

function findClashes(families: readonly MetricFamily[]): Map<MetricFamily, Set<string>> {
  const familyNames = new Set<string>();
  // The first family of each name only: among thousands of families with one name, each would clash with all others.
  const owners = new Map<string, string>();
  const clashes = new Map<MetricFamily, Set<string>>();
  for (const family of families) {
    const others = new Set<string>();
    if (familyNames.has(family.name)) others.add(family.name);
    familyNames.add(family.name);
    for (const name of reservedNames(family.name, family.type)) {
      const owner = owners.get(name);
      if (owner === undefined) owners.set(name, family.name);
      else others.add(owner);
    }
    if (others.size > 0) clashes.set(family, others);
  }
  return clashes;
}
