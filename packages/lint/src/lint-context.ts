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

  /** Returns the names of earlier families with a name or a name of samples in common with a family. */
  clashes(family: MetricFamily): ReadonlySet<string> {
    this.#clashes ??= findClashes(this.#families);
    return this.#clashes.get(family) ?? new Set();
  }
}

function findClashes(families: readonly MetricFamily[]): Map<MetricFamily, Set<string>> {
  const owners = new Map<string, Set<string>>();
  const clashes = new Map<MetricFamily, Set<string>>();
  for (const family of families) {
    const names = reservedNames(family.name, family.type);
    const others = names.flatMap((name) => [...(owners.get(name) ?? [])]);
    if (others.length > 0) clashes.set(family, new Set(others));
    for (const name of names) owners.set(name, (owners.get(name) ?? new Set()).add(family.name));
  }
  return clashes;
}
