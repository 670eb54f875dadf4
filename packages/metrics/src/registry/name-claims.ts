import { type FamilyDescription, PromwrightError, reservedNames } from '@promwright/model';

/** Names that families claim: every name under which a sample of a family may appear in some format. */
export class NameClaims {
  readonly #owners = new Map<string, FamilyDescription>();

  readonly #whose: string;

  /**
   * @param families families whose names are claimed from the first
   * @param whose owner of the families, for error messages, such as `the registry's `
   */
  constructor(families: readonly FamilyDescription[] = [], whose = '') {
    this.#whose = whose;
    for (const family of families) this.claim(family);
  }

  /**
   * @param names names of the family, if the caller knows them already
   * @throws with code `CLASHING_NAME` if another family claims a name of this family
   */
  check(family: FamilyDescription, names = reservedNames(family.name, family.type)): void {
    for (const name of names) {
      const owner = this.#owners.get(name);
      if (owner !== undefined) throw clash(name, family, owner, this.#whose);
    }
  }

  /**
   * Claims all names of a family.
   * @param names names of the family, if the caller knows them already
   * @throws with code `CLASHING_NAME` if another family claims one of them; nothing is then claimed
   */
  claim(family: FamilyDescription, names = reservedNames(family.name, family.type)): void {
    this.check(family, names);
    for (const name of names) this.#owners.set(name, family);
  }

  release(family: FamilyDescription): void {
    for (const name of reservedNames(family.name, family.type)) this.#owners.delete(name);
  }

  clear(): void {
    this.#owners.clear();
  }
}

function clash(name: string, family: FamilyDescription, owner: FamilyDescription, whose: string): PromwrightError {
  return new PromwrightError(
    'CLASHING_NAME',
    `The name "${name}" would belong to both ${family.type} "${family.name}" and ${whose}${owner.type} "${owner.name}" in a scrape; rename one of them`,
  );
}
