import { type MetricFamily, reservedNames } from '@promwright/model';
import type { Limits } from './lint-options.ts';

/** What a rule may have to know beyond the family that it judges. */
export class LintContext {
  readonly limits: Limits;
  readonly #families: readonly MetricFamily[];
  #clashes: ReadonlyMap<MetricFamily, ReadonlySet<string>> | undefined;

  constructor(families: readonly MetricFamily[], limits: Limits) {
    this.#families = families;
    this.limits = limits;
  }

  /** Whether the source of the families is one that tells units at all: text 0.0.4 has no place for them. */
  tellsUnits(): boolean {
    return this.#families.some(({ unit }) => unit);
  }

  /** The names of earlier families whose samples have a name in common with those of this one. */
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
