import {
  createFamily,
  type FamilyDescription,
  type Label,
  type MergeMode,
  type MetricFamily,
  type MetricScope,
  type ScalarLayout,
} from '@promwright/model';

/** Options of a {@link ScalarFamily}. */
export interface ScalarFamilyOptions {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'info';
  readonly labelNames?: readonly string[];
  readonly scope: MetricScope;
  /** Rule for merging the values of several processes or threads. */
  readonly merge: MergeMode;
}

const NO_CONST_LABELS: readonly Label[] = Object.freeze([]);
const LAYOUT: ScalarLayout = Object.freeze({ kind: 'scalar', width: 1 });

/**
 * Family measured again for every scrape. Unmeasured series are omitted, and so is a family without series. While its
 * numbers are unchanged, the same `MetricFamily` object is returned.
 */
export class ScalarFamily {
  /** Description for checks at registration. */
  readonly description: FamilyDescription;
  readonly #options: ScalarFamilyOptions;
  readonly #labelNames: readonly string[];
  readonly #values: number[] = [];
  readonly #rows: (readonly string[])[] = [];
  #labels: RowLabels;
  #layoutVersion = 0;
  #last: MetricFamily | undefined = undefined;

  constructor(options: ScalarFamilyOptions) {
    const { name, help, type, labelNames = [] } = options;
    this.description = { name, help, type, labelNames };
    this.#options = options;
    this.#labelNames = labelNames;
    this.#labels = new RowLabels(labelNames.length, []);
  }

  /** Adds a series with label values in the order of the label names. Ignores `undefined` and non-finite numbers. */
  add(value: number | undefined, ...labelValues: readonly string[]): void {
    if (value === undefined || !Number.isFinite(value)) return;
    this.#values.push(value);
    this.#rows.push(labelValues);
  }

  /** Drops all values added since the last `take`. */
  clear(): void {
    this.#values.length = 0;
    this.#rows.length = 0;
  }

  /** Returns the family of the values added since the last `take`; `undefined` if there are none. */
  take(): MetricFamily | undefined {
    if (this.#values.length === 0) return undefined;
    const hasSameLabels = this.#labels.equals(this.#rows);
    if (!hasSameLabels) {
      this.#labels = new RowLabels(this.#labelNames.length, [...this.#rows]);
      this.#layoutVersion++;
    }
    if (this.#last === undefined || !hasSameLabels || !areEqual(this.#last.values, this.#values)) {
      this.#last = this.#family();
    }
    this.clear();
    return this.#last;
  }

  #family(): MetricFamily {
    const { name, help, type, scope, merge } = this.#options;
    return createFamily({
      name,
      help,
      type,
      scope,
      merge,
      constLabels: NO_CONST_LABELS,
      labelNames: this.#labelNames,
      dictionaries: this.#labels.dictionaries,
      labelIds: this.#labels.labelIds,
      size: this.#values.length,
      values: new Float64Array(this.#values),
      layout: LAYOUT,
      // Lets a writer reuse the rendered names and labels.
      identity: this,
      layoutVersion: this.#layoutVersion,
    });
  }
}

function areEqual(a: Float64Array, b: readonly number[]): boolean {
  return a.length === b.length && b.every((value, i) => value === a[i]);
}

class RowLabels {
  readonly dictionaries: readonly (readonly string[])[];
  readonly labelIds: Int32Array;
  readonly #rows: readonly (readonly string[])[];

  constructor(width: number, rows: readonly (readonly string[])[]) {
    const ids = Array.from({ length: width }, () => new Map<string, number>());
    this.labelIds = new Int32Array(rows.length * width);
    rows.forEach((values, row) => {
      ids.forEach((column, i) => {
        const value = values[i] ?? '';
        if (!column.has(value)) column.set(value, column.size);
        this.labelIds[row * width + i] = column.get(value)!;
      });
    });
    this.dictionaries = ids.map((column) => [...column.keys()]);
    this.#rows = rows;
  }

  /** Returns true if `rows` have exactly these labels. */
  equals(rows: readonly (readonly string[])[]): boolean {
    return (
      rows.length === this.#rows.length &&
      rows.every((values, row) => values.every((value, i) => value === this.#rows[row]![i]))
    );
  }
}
