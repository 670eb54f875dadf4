import {
  type EscapingScheme,
  escapeName,
  isClassicLabelName,
  isClassicMetricName,
  type Label,
  type MetricFamily,
} from '@promwright/model';
import { type Dialect, escapeLabelValue } from './dialect.ts';

/**
 * Writes one family in a text format, any stretch of its series at a time. Each label value is escaped once, however many
 * series have it, and nothing is computed that no series asks for.
 */
export class FamilyRenderer {
  readonly #family: MetricFamily;
  readonly #dialect: Dialect;
  readonly #escaping: EscapingScheme;
  readonly #name: string;
  /** The constant labels, as they stand in front of all others. */
  readonly #constText: string;
  /** For each label the text `name="value"` by the id of the value, made on first use. */
  readonly #pieces: (string | undefined)[][];
  readonly #prefixes: readonly string[];
  readonly #renderPoint: (point: number) => string;

  constructor(family: MetricFamily, dialect: Dialect, escaping: EscapingScheme) {
    this.#family = family;
    this.#dialect = dialect;
    this.#escaping = escaping;
    this.#name = escapeMetricName(family.name, escaping);
    this.#constText = family.constLabels.map((label) => this.#pair(label)).join(',');
    this.#pieces = family.labelNames.map(() => []);
    this.#prefixes = family.labelNames.map((name) => `${escapeLabelName(name, escaping)}="`);
    this.#renderPoint = this.#pointRenderer();
  }

  /** Everything before the samples. */
  head(): string {
    return this.#dialect.descriptors(this.#family, this.#name, quoteMetricName);
  }

  /** The lines of the series from `start` up to, but without, `end`. */
  lines(start: number, end: number): string {
    let text = '';
    for (let point = start; point < end; point++) text += this.#renderPoint(point);
    return text;
  }

  /** About how many lines each series has. */
  linesPerSeries(): number {
    const { layout } = this.#family;
    if (layout.kind === 'classic') return layout.bounds.length + 3;
    if (layout.kind === 'quantile') return layout.quantiles.length + 2;
    return layout.kind === 'state' ? layout.states.length : 1;
  }

  #pointRenderer(): (point: number) => string {
    const { layout, values, type, absentSums } = this.#family;
    const { width } = layout;
    const dialect = this.#dialect;
    const hasSum = (point: number) => 'sum' in layout && layout.sum >= 0 && absentSums?.[point] !== 1;
    switch (layout.kind) {
      case 'scalar': {
        const line = this.#line(dialect.sampleName(this.#family, this.#name));
        return (point) => `${line(this.#labels(point))}${numberText(values[point * width]!)}${this.#time(point)}`;
      }
      case 'classic': {
        const { bounds, cumulative } = layout;
        const les = Array.from({ length: bounds.length + 1 }, (_, i) => `le="${dialect.bound(bounds[i] ?? Infinity)}"`);
        const bucketLine = this.#line(`${this.#name}_bucket`);
        const suffixes = dialect.suffixes(type);
        const sumLine = this.#line(this.#name + suffixes.sum);
        const countLine = this.#line(this.#name + suffixes.count);
        return (point) => {
          const labels = this.#labels(point);
          const separated = labels === '' ? '' : `${labels},`;
          const time = this.#time(point);
          const start = point * width;
          let text = '';
          let count = 0;
          for (let i = 0; i < les.length; i++) {
            const stored = values[start + i]!;
            // NaN: this series has no such bucket.
            if (cumulative && Number.isNaN(stored)) continue;
            count = cumulative ? stored : count + stored;
            text += bucketLine(separated + les[i]!) + numberText(count) + time;
          }
          if (hasSum(point)) text += sumLine(labels) + numberText(values[start + layout.sum]!) + time;
          const total = layout.count >= 0 ? values[start + layout.count]! : count;
          return text + countLine(labels) + numberText(total) + time;
        };
      }
      case 'quantile': {
        const tags = Array.from(layout.quantiles, (quantile) => `quantile="${dialect.bound(quantile)}"`);
        const line = this.#line(this.#name);
        const suffixes = dialect.suffixes(type);
        const sumLine = this.#line(this.#name + suffixes.sum);
        const countLine = this.#line(this.#name + suffixes.count);
        return (point) => {
          const labels = this.#labels(point);
          const separated = labels === '' ? '' : `${labels},`;
          const time = this.#time(point);
          const start = point * width;
          let text = '';
          for (let i = 0; i < tags.length; i++) {
            text += line(separated + tags[i]!) + numberText(values[start + i]!) + time;
          }
          if (hasSum(point)) text += sumLine(labels) + numberText(values[start + layout.sum]!) + time;
          const count = layout.count >= 0 ? values[start + layout.count]! : Number.NaN;
          // NaN: this series has none.
          return Number.isNaN(count) ? text : text + countLine(labels) + numberText(count) + time;
        };
      }
      case 'state': {
        const name = escapeLabelName(this.#family.name, this.#escaping);
        const tags = layout.states.map((state) => `${name}="${escapeLabelValue(state)}"`);
        const line = this.#line(this.#name);
        return (point) => {
          const labels = this.#labels(point);
          const separated = labels === '' ? '' : `${labels},`;
          const time = this.#time(point);
          let text = '';
          for (let i = 0; i < tags.length; i++) {
            text += line(separated + tags[i]!) + numberText(values[point * width + i]!) + time;
          }
          return text;
        };
      }
    }
  }

  /** Everything of a line up to its value, for a sample name; the function takes the text of the labels. */
  #line(name: string): (labels: string) => string {
    if (isClassicMetricName(name)) {
      const open = `${name}{`;
      const bare = `${name} `;
      return (labels) => (labels === '' ? bare : `${open}${labels}} `);
    }
    const open = `{${quoteMetricName(name)}`;
    return (labels) => (labels === '' ? `${open}} ` : `${open},${labels}} `);
  }

  /** The labels of a series as they stand between the braces. */
  #labels(point: number): string {
    const { labelIds } = this.#family;
    const pieces = this.#pieces;
    const start = point * pieces.length;
    let text = this.#constText;
    for (let i = 0; i < pieces.length; i++) {
      const id = labelIds[start + i]!;
      if (id < 0) continue;
      const piece = pieces[i]![id] ?? this.#makePiece(i, id);
      text = text === '' ? piece : `${text},${piece}`;
    }
    return text;
  }

  #makePiece(label: number, id: number): string {
    const piece = `${this.#prefixes[label]}${escapeLabelValue(this.#family.dictionaries[label]![id]!)}"`;
    this.#pieces[label]![id] = piece;
    return piece;
  }

  #pair({ name, value }: Label): string {
    return `${escapeLabelName(name, this.#escaping)}="${escapeLabelValue(value)}"`;
  }

  /** What ends a line: the timestamp, if the value has one, and the line feed. */
  #time(point: number): string {
    const ms = this.#family.timestampMs?.[point];
    return ms === undefined || Number.isNaN(ms) ? '\n' : `${this.#dialect.timestamp(ms)}\n`;
  }
}

/** The shortest decimal that reads back to the same number; JavaScript's own, but for the infinities. */
export function numberText(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return `${value}`;
}

function escapeMetricName(name: string, escaping: EscapingScheme): string {
  return isClassicMetricName(name) ? name : escapeName(name, escaping);
}

function quoteMetricName(name: string): string {
  return isClassicMetricName(name) ? name : `"${escapeLabelValue(name)}"`;
}

function escapeLabelName(name: string, escaping: EscapingScheme): string {
  if (isClassicLabelName(name)) return name;
  // A colon may stand in the name of a metric, not of a label.
  const escaped = escapeName(name, escaping);
  if (escaping !== 'allow-utf-8') return escaped.replaceAll(':', '_');
  return `"${escapeLabelValue(escaped)}"`;
}
