import { type EscapingScheme, isClassicLabelName, type Label, type MetricFamily } from '@promwright/model';
import { type ByteSink, NOTHING } from './byte-sink.ts';
import { escapeLabelValue, labelNameUnder } from './escape-text.ts';

const encoder = new TextEncoder();
const COMMA = 0x2c;

/**
 * Labels of a family's series as text between braces. Each label value is escaped once, on first use, for all series.
 */
export class LabelBytes {
  readonly #family: MetricFamily;
  /** Constant labels, which precede the others. */
  readonly #constant: Uint8Array;
  /** Text before the value, by label. */
  readonly #openings: readonly string[];
  /** Bytes of `name="value"`, by label and by id of the value. */
  readonly #pairs: (Uint8Array | undefined)[][];

  constructor(family: MetricFamily, escaping: EscapingScheme) {
    this.#family = family;
    this.#constant =
      family.constLabels.length === 0
        ? NOTHING
        : encoder.encode(family.constLabels.map((label) => formatLabel(label, escaping)).join(','));
    this.#openings = family.labelNames.map((name) => `${formatLabelName(name, escaping)}="`);
    this.#pairs = family.labelNames.map(() => []);
  }

  /** Returns true if a series has any label. */
  has(row: number): boolean {
    if (this.#constant.length > 0) return true;
    const { labelIds, labelNames } = this.#family;
    const start = row * labelNames.length;
    for (let i = 0; i < labelNames.length; i++) if (labelIds[start + i]! >= 0) return true;
    return false;
  }

  /** Writes the labels of a series, without a comma at either end; returns true if there are any. */
  write(sink: ByteSink, row: number): boolean {
    const { labelIds } = this.#family;
    const pairs = this.#pairs;
    const start = row * pairs.length;
    let any = this.#constant.length > 0;
    if (any) sink.raw(this.#constant);
    for (let i = 0; i < pairs.length; i++) {
      const id = labelIds[start + i]!;
      if (id < 0) continue;
      if (any) sink.byte(COMMA);
      any = true;
      sink.raw(pairs[i]![id] ?? this.#encode(i, id));
    }
    return any;
  }

  #encode(label: number, id: number): Uint8Array {
    const value = escapeLabelValue(this.#family.dictionaries[label]![id]!);
    const pair = encoder.encode(`${this.#openings[label]}${value}"`);
    this.#pairs[label]![id] = pair;
    return pair;
  }
}

/** Formats one label as text between braces. */
export function formatLabel({ name, value }: Label, escaping: EscapingScheme): string {
  return `${formatLabelName(name, escaping)}="${escapeLabelValue(value)}"`;
}

/** Returns the name of a label, escaped under the scheme or quoted. */
export function formatLabelName(name: string, escaping: EscapingScheme): string {
  if (isClassicLabelName(name)) return name;
  const escaped = labelNameUnder(name, escaping);
  return escaping === 'allow-utf-8' ? `"${escapeLabelValue(escaped)}"` : escaped;
}
