import type { Label, MetricFamily } from '@promwright/model';
import { pathNode, tagName, tagValue } from './names.ts';
import type { SampleColumn } from './sample-columns.ts';

/** Paths of the samples of one family. */
export interface FamilyPaths {
  /**
   * Returns the path of a sample, or `undefined` to omit the sample. The caller must pass the columns of a row one
   * after the other.
   * @param column index in the columns of the family
   */
  pathOf(row: number, column: number): string | undefined;
}

/** Paths of samples. */
export interface SeriesPaths {
  /** Returns the paths of one family, every series of which has the given columns. */
  forFamily(family: MetricFamily, columns: readonly SampleColumn[]): FamilyPaths;
}

/** Form of labels after a name. */
interface LabelForm {
  /** Returns the names of a family's labels as written in paths, all different. */
  formatNames(labels: readonly string[]): readonly string[];
  /** Returns a label as written in a path; nothing for an empty label, which is equal to an absent label. */
  format(name: string, value: string): string;
}

/**
 * Paths of the metric's name and all labels, sorted by name: `name.label.value` or, in the form of tags, `name;label=value`.
 */
export class LabelPaths implements SeriesPaths {
  readonly #prefix: string;
  readonly #tags: readonly Label[];
  readonly #form: LabelForm;

  /**
   * @param tags tags for all series, of which a label of the same name takes the place; undefined to write labels as nodes
   */
  constructor(prefix: string, tags: readonly Label[] | undefined) {
    this.#prefix = prefix === '' ? '' : `${prefix}.`;
    this.#tags = tags ?? [];
    this.#form = tags === undefined ? NODES : TAGS;
  }

  forFamily(family: MetricFamily, columns: readonly SampleColumn[]): FamilyPaths {
    return new LabelledFamily(family, columns, this.#prefix, this.#tags, this.#form);
  }
}

const NODES: LabelForm = {
  formatNames: (labels) => labels.map(pathNode),
  format: (name, value) => (value === '' ? '' : `.${name}.${pathNode(value)}`),
};

const TAGS: LabelForm = {
  formatNames(labels) {
    const taken = new Set<string>();
    return labels.map((label) => tagName(label, taken));
  },
  format: (name, value) => (value === '' ? '' : `;${name}=${tagValue(value)}`),
};

/** Label in the sorted path: the same for all series, or a value from a dictionary. */
type LabelText = { readonly name: string } & (
  | { readonly text: string }
  | { readonly labelColumn: number; readonly values: readonly string[]; readonly texts: string[] }
);

class LabelledFamily implements FamilyPaths {
  readonly #family: MetricFamily;
  readonly #form: LabelForm;
  /** Labels before the part label (`le`, `quantile` or the state) in the order of names. */
  readonly #before: readonly LabelText[];
  /** Labels after the part label. */
  readonly #after: readonly LabelText[];
  readonly #columns: readonly { readonly name: string; readonly partLabel: string }[];
  #row = -1;
  #head = '';
  #tail = '';

  constructor(
    family: MetricFamily,
    columns: readonly SampleColumn[],
    prefix: string,
    tags: readonly Label[],
    form: LabelForm,
  ) {
    this.#family = family;
    this.#form = form;
    const partLabel = columns.find((column) => column.partLabel !== undefined)?.partLabel?.name;
    const { constLabels, labelNames, dictionaries } = family;
    const own = [
      ...constLabels.map(({ name }) => name),
      ...labelNames,
      ...(partLabel === undefined ? [] : [partLabel]),
    ];
    const additional = tags.filter(({ name }) => !own.includes(name));
    const names = form.formatNames([...own, ...additional.map(({ name }) => name)]);
    const fixed = (at: number, value: string): LabelText => ({
      name: names[at]!,
      text: form.format(names[at]!, value),
    });
    const labels: LabelText[] = [
      ...constLabels.map(({ value }, i) => fixed(i, value)),
      ...dictionaries.map((values, labelColumn) => ({
        name: names[constLabels.length + labelColumn]!,
        labelColumn,
        values,
        texts: [],
      })),
      ...additional.map(({ value }, i) => fixed(own.length + i, value)),
    ];
    labels.sort((a, b) => (a.name < b.name ? -1 : 1));
    const partName = partLabel === undefined ? undefined : names[own.length - 1]!;
    this.#before = labels.filter(({ name }) => partName === undefined || name < partName);
    this.#after = labels.filter((label) => !this.#before.includes(label));
    this.#columns = columns.map((column) => ({
      name: prefix + pathNode(family.name + column.suffix),
      partLabel: column.partLabel === undefined ? '' : form.format(partName!, column.partLabel.value),
    }));
  }

  pathOf(row: number, column: number): string {
    if (row !== this.#row) {
      this.#row = row;
      this.#head = this.#format(this.#before, row);
      this.#tail = this.#format(this.#after, row);
    }
    const { name, partLabel } = this.#columns[column]!;
    return name + this.#head + partLabel + this.#tail;
  }

  #format(labels: readonly LabelText[], row: number): string {
    const { labelIds, labelNames } = this.#family;
    let text = '';
    for (const label of labels) {
      if ('text' in label) {
        text += label.text;
        continue;
      }
      const id = labelIds[row * labelNames.length + label.labelColumn]!;
      if (id < 0) continue;
      // Each value is formatted once, regardless of the number of its series.
      text += label.texts[id] ??= this.#form.format(label.name, label.values[id]!);
    }
    return text;
  }
}
