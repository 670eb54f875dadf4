import { type FamilyDescription, PromwrightError, reservedNames } from '@promwright/model';

/** Names that families claim: every name under which a sample of a family may appear in some format. */
export class NameClaims {
  readonly #owners = new Map<string, FamilyDescription>();

  /** @param families families whose names are claimed from the first */
  constructor(families: readonly FamilyDescription[] = []) {
    for (const family of families) this.claim(family);
  }

  /** @throws with code `CLASHING_NAME` if another family claims a name of this family */
  check(family: FamilyDescription): void {
    for (const name of reservedNames(family.name, family.type)) {
      const owner = this.#owners.get(name);
      if (owner !== undefined) throw clash(name, family, owner);
    }
  }

  /**
   * Claims all names of a family.
   * @throws with code `CLASHING_NAME` if another family claims one of them; nothing is then claimed
   */
  claim(family: FamilyDescription): void {
    this.check(family);
    for (const name of reservedNames(family.name, family.type)) this.#owners.set(name, family);
  }

  release(family: FamilyDescription): void {
    for (const name of reservedNames(family.name, family.type)) this.#owners.delete(name);
  }

  clear(): void {
    this.#owners.clear();
  }
}

function clash(name: string, family: FamilyDescription, owner: FamilyDescription): PromwrightError {
  return new PromwrightError(
    'CLASHING_NAME',
    `The name "${name}" would belong to both ${family.type} "${family.name}" and ${owner.type} "${owner.name}" in a scrape; rename one of them`,
  );
}
