import type { MetricType } from '@promwright/model';

/** Name under which a family is written. */
interface NamedFamily {
  readonly name: string;
  readonly family: { readonly type: MetricType };
  readonly isWhole: boolean;
}

/** Names of the last page without clashes. A page of the same names has none either, and most pages are. */
export class KnownNames {
  #names: readonly string[] = [];
  #types: readonly MetricType[] = [];
  #areWhole: readonly boolean[] = [];

  /** Returns true for the names of the last page that was kept. */
  matches(entries: readonly NamedFamily[]): boolean {
    if (entries.length !== this.#names.length) return false;
    for (let i = 0; i < entries.length; i++) {
      const { name, family, isWhole } = entries[i]!;
      if (name !== this.#names[i] || family.type !== this.#types[i] || isWhole !== this.#areWhole[i]) return false;
    }
    return true;
  }

  keep(entries: readonly NamedFamily[]): void {
    this.#names = entries.map(({ name }) => name);
    this.#types = entries.map(({ family }) => family.type);
    this.#areWhole = entries.map(({ isWhole }) => isWhole);
  }
}
