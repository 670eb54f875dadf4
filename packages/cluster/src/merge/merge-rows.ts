import type { Label, MetricFamily } from '@promwright/model';

/** Family of one member. */
export interface Part {
  readonly family: MetricFamily;
  readonly live: boolean;
  /** Label that tells the member apart, if its series stay apart. A series that already has the label keeps it. */
  readonly label: Label | undefined;
}

/** Label columns of a merged family, and the places of the members' series. */
export interface MergedRows extends Pick<MetricFamily, 'labelNames' | 'dictionaries' | 'labelIds' | 'size'> {
  readonly constLabels: readonly Label[];
  /** For each part, the merged row of each row. */
  readonly rowOf: readonly Int32Array[];
}

/** Merges the label columns: series with the same labels become one row. */
export function mergeRows(parts: readonly Part[]): MergedRows {
  const constLabels = commonConstLabels(parts);
  const isCommon = new Set(constLabels.map(({ name }) => name));
  const own = ({ constLabels }: MetricFamily) => constLabels.filter(({ name }) => !isCommon.has(name));
  const labelNames = [
    ...new Set(
      parts.flatMap(({ family, label }) => [
        ...own(family).map(({ name }) => name),
        ...family.labelNames,
        ...(label === undefined ? [] : [label.name]),
      ]),
    ),
  ];
  const table = new RowTable(labelNames.length, parts);
  const rowOf = parts.map(({ family, label }) => {
    const fixed = own(family).map(({ name, value }) => table.fix(labelNames.indexOf(name), value));
    const columns = family.labelNames.map((name) => labelNames.indexOf(name));
    const member = label === undefined ? undefined : table.fix(labelNames.indexOf(label.name), label.value);
    return table.add(family, columns, fixed, member);
  });
  return { constLabels, labelNames, ...table.columns(), rowOf };
}

/** Returns the constant labels that all parts have, with the same values. */
function commonConstLabels(parts: readonly Part[]): Label[] {
  const [first] = parts as readonly [Part, ...Part[]];
  return first.family.constLabels.filter(
    ({ name, value }) =>
      parts.every(({ family }) => family.constLabels.some((label) => label.name === name && label.value === value)) &&
      parts.every(({ family, label }) => !family.labelNames.includes(name) && label?.name !== name),
  );
}

interface FixedId {
  readonly column: number;
  readonly id: number;
}

/** Hash table of rows by their label ids. */
class RowTable {
  readonly #width: number;
  readonly #values: readonly Map<string, number>[];
  /** True if an empty label equals an absent label: members with different labels would else have a series twice on a page. */
  readonly #emptyIsAbsent: boolean;
  readonly #ids: Int32Array;
  readonly #slots: Int32Array;
  readonly #mask: number;
  readonly #row: Int32Array;
  // Random, so that no page can be made of labels with equal hashes.
  readonly #seed = Math.floor(Math.random() * 2 ** 32);
  #size = 0;

  constructor(width: number, parts: readonly Part[]) {
    this.#width = width;
    this.#values = Array.from({ length: width }, () => new Map());
    this.#emptyIsAbsent = parts.some(({ family }) => family.labelNames.length < width);
    const rows = parts.reduce((sum, { family }) => sum + family.size, 0);
    this.#ids = new Int32Array(rows * width);
    this.#mask = 2 ** Math.ceil(Math.log2(rows * 2 + 2)) - 1;
    this.#slots = new Int32Array(this.#mask + 1).fill(-1);
    this.#row = new Int32Array(width);
  }

  /** Returns the id of a value that all rows of a member have. */
  fix(column: number, value: string): FixedId {
    return { column, id: this.#idOf(column, value) };
  }

  /**
   * Adds the rows of a family and returns their places.
   * @param columns column of each label name
   * @param fixed ids that all rows have
   * @param member id of the member's label, for rows without the label
   */
  add(
    family: MetricFamily,
    columns: readonly number[],
    fixed: readonly FixedId[],
    member: FixedId | undefined,
  ): Int32Array {
    const { labelIds, dictionaries, size } = family;
    const width = columns.length;
    // Found at the first use: a dictionary may hold values that no row has.
    const known = dictionaries.map((values) => new Int32Array(values.length).fill(UNKNOWN));
    const places = new Int32Array(size);
    const row = this.#row;
    for (let i = 0; i < size; i++) {
      row.fill(-1);
      for (let f = 0; f < fixed.length; f++) row[fixed[f]!.column] = fixed[f]!.id;
      for (let column = 0; column < width; column++) {
        const theirs = labelIds[i * width + column]!;
        if (theirs < 0) continue;
        let id = known[column]![theirs]!;
        if (id === UNKNOWN) {
          id = this.#idOf(columns[column]!, dictionaries[column]![theirs]!);
          known[column]![theirs] = id;
        }
        row[columns[column]!] = id;
      }
      if (member !== undefined && row[member.column] === -1) row[member.column] = member.id;
      places[i] = this.#place();
    }
    return places;
  }

  /** Returns the columns of all added rows. */
  columns(): Pick<MergedRows, 'dictionaries' | 'labelIds' | 'size'> {
    return {
      dictionaries: this.#values.map((ids) => [...ids.keys()]),
      labelIds: this.#ids.slice(0, this.#size * this.#width),
      size: this.#size,
    };
  }

  #idOf(column: number, value: string): number {
    if (value === '' && this.#emptyIsAbsent) return -1;
    const ids = this.#values[column]!;
    let id = ids.get(value);
    if (id === undefined) {
      id = ids.size;
      ids.set(value, id);
    }
    return id;
  }

  /** Returns the place of the present row, which is added if it is new. */
  #place(): number {
    const row = this.#row;
    const width = this.#width;
    let hash = this.#seed;
    for (let column = 0; column < width; column++) {
      hash = Math.imul(hash ^ row[column]!, 0x01000193);
      // Multiplication carries only upwards: without this line, low bits depend on low bits only.
      hash ^= hash >>> 15;
    }
    let slot = hash & this.#mask;
    for (let place = this.#slots[slot]!; place >= 0; place = this.#slots[slot]!) {
      if (this.#isAt(place)) return place;
      slot = (slot + 1) & this.#mask;
    }
    this.#slots[slot] = this.#size;
    this.#ids.set(row, this.#size * width);
    return this.#size++;
  }

  #isAt(place: number): boolean {
    const start = place * this.#width;
    for (let column = 0; column < this.#width; column++) {
      if (this.#ids[start + column] !== this.#row[column]) return false;
    }
    return true;
  }
}

const UNKNOWN = -2;
