import type { Label, MetricFamily } from '@promwright/model';
import { pathNode, tagName, tagValue } from './names.ts';
import type { SampleColumn } from './sample-columns.ts';

/** How labels stand behind a name. */
interface LabelForm {
  /** The names of a family's labels as they are shown, all different. */
  formatNames(labels: readonly string[]): readonly string[];
  /** A label; nothing for one that is empty, which is the same as none. */
  format(name: string, value: string): string;
}

/**
 * Paths made of the name and all labels, these sorted by name: `name.label.value` or, in the form of tags,
 * `name;label=value`.
 */
export class LabelPaths implements SeriesPaths {
  readonly #prefix: string;
  readonly #tags: readonly Label[];
  readonly #form: LabelForm;

  /** With `tags`, even if there are none among them, in the form of tags; a label of the same name stands before one of them. */
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

/** A label at its place among the sorted ones: the same for all series, or one of a dictionary. */
type Part = { readonly name: string } & (
  | { readonly text: string }
  | { readonly labelColumn: number; readonly values: readonly string[]; readonly texts: string[] }
);

class LabelledFamily implements FamilyPaths {
  readonly #family: MetricFamily;
  readonly #form: LabelForm;
  /** Those before and behind the place of the label that tells the numbers of a series apart. */
  readonly #before: readonly Part[];
  readonly #behind: readonly Part[];
  readonly #columns: readonly { readonly name: string; readonly extra: string }[];
  #point = -1;
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
    const extraLabel = columns.find(({ extra }) => extra !== undefined)?.extra?.name;
    const { constLabels, labelNames, dictionaries } = family;
    const own = [
      ...constLabels.map(({ name }) => name),
      ...labelNames,
      ...(extraLabel === undefined ? [] : [extraLabel]),
    ];
    const additional = tags.filter(({ name }) => !own.includes(name));
    const names = form.formatNames([...own, ...additional.map(({ name }) => name)]);
    const fixed = (at: number, value: string): Part => ({ name: names[at]!, text: form.format(names[at]!, value) });
    const parts: Part[] = [
      ...constLabels.map(({ value }, i) => fixed(i, value)),
      ...dictionaries.map((values, labelColumn) => ({
        name: names[constLabels.length + labelColumn]!,
        labelColumn,
        values,
        texts: [],
      })),
      ...additional.map(({ value }, i) => fixed(own.length + i, value)),
    ];
    parts.sort((a, b) => (a.name < b.name ? -1 : 1));
    const extraName = extraLabel === undefined ? undefined : names[own.length - 1]!;
    this.#before = parts.filter(({ name }) => extraName === undefined || name < extraName);
    this.#behind = parts.filter((part) => !this.#before.includes(part));
    this.#columns = columns.map(({ suffix, extra }) => ({
      name: prefix + pathNode(family.name + suffix),
      extra: extra === undefined ? '' : form.format(extraName!, extra.value),
    }));
  }

  pathOf(row: number, column: number): string {
    if (row !== this.#point) {
      this.#point = row;
      this.#head = this.#textOf(this.#before, row);
      this.#tail = this.#textOf(this.#behind, row);
    }
    const { name, extra } = this.#columns[column]!;
    return name + this.#head + extra + this.#tail;
  }

  #textOf(parts: readonly Part[], row: number): string {
    const { labelIds, labelNames } = this.#family;
    let text = '';
    for (const part of parts) {
      if ('text' in part) {
        text += part.text;
        continue;
      }
      const id = labelIds[row * labelNames.length + part.labelColumn]!;
      if (id < 0) continue;
      // Each value is made fit once, however many series have it.
      text += part.texts[id] ??= this.#form.format(part.name, part.values[id]!);
    }
    return text;
  }
}

/** Names the samples of one family. */
export interface FamilyPaths {
  /** The path of a series' number; `undefined` if it is to be left out. Asked for the numbers of one series after the other. */
  pathOf(row: number, column: number): string | undefined;
}

/** How samples are named. */
export interface SeriesPaths {
  /** For one family, whose every series has these numbers. */
  forFamily(family: MetricFamily, columns: readonly SampleColumn[]): FamilyPaths;
}
