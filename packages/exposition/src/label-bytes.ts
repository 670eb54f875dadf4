import { type EscapingScheme, escapeName, isClassicLabelName, type Label, type MetricFamily } from '@promwright/model';
import type { ByteSink } from './byte-sink.ts';
import { escapeLabelValue } from './escape-text.ts';

const encoder = new TextEncoder();
const NOTHING = new Uint8Array(0);
const COMMA = 0x2c;

/**
 * The labels of a family's series, as they stand between the braces. Each label value is escaped once, however many series
 * have it, and only when a series asks for it.
 */
export class LabelBytes {
  readonly #family: MetricFamily;
  /** The constant labels, in front of all others. */
  readonly #constant: Uint8Array;
  /** Whether every series has a label, which saves looking. */
  readonly #isEverywhere: boolean;
  /** For each label the text before its value. */
  readonly #openings: readonly string[];
  /** For each label the bytes of `name="value"` by the id of the value. */
  readonly #pairs: (Uint8Array | undefined)[][];

  constructor(family: MetricFamily, escaping: EscapingScheme) {
    this.#family = family;
    this.#constant =
      family.constLabels.length === 0
        ? NOTHING
        : encoder.encode(family.constLabels.map((label) => formatLabel(label, escaping)).join(','));
    this.#isEverywhere =
      family.constLabels.length > 0 || (family.labelNames.length > 0 && !family.labelIds.includes(-1));
    this.#openings = family.labelNames.map((name) => `${formatLabelName(name, escaping)}="`);
    this.#pairs = family.labelNames.map(() => []);
  }

  /** Whether a series has any label. */
  has(row: number): boolean {
    if (this.#isEverywhere) return true;
    const { labelIds, labelNames } = this.#family;
    const start = row * labelNames.length;
    for (let i = 0; i < labelNames.length; i++) if (labelIds[start + i]! >= 0) return true;
    return false;
  }

  /** Writes the labels of a series, without a comma at either end; returns whether there were any. */
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
      sink.raw(pairs[i]![id] ?? this.#make(i, id));
    }
    return any;
  }

  #make(label: number, id: number): Uint8Array {
    const value = escapeLabelValue(this.#family.dictionaries[label]![id]!);
    const pair = encoder.encode(`${this.#openings[label]}${value}"`);
    this.#pairs[label]![id] = pair;
    return pair;
  }
}

/** One label as it stands between the braces. */
export function formatLabel({ name, value }: Label, escaping: EscapingScheme): string {
  return `${formatLabelName(name, escaping)}="${escapeLabelValue(value)}"`;
}

/** The name of a label, escaped by the scheme or quoted. */
export function formatLabelName(name: string, escaping: EscapingScheme): string {
  if (isClassicLabelName(name)) return name;
  const escaped = escapeName(name, escaping);
  // A colon may stand in the name of a metric, not of a label.
  return escaping === 'allow-utf-8' ? `"${escapeLabelValue(escaped)}"` : escaped.replaceAll(':', '_');
}
