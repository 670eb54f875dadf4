import type { MetricFamily, MetricType } from '@promwright/model';
import { FamilyBuilder, layoutKindOf } from '../columns/family-builder.ts';
import { NOT_A_BOUND } from '../columns/part-keys.ts';
import type { TemplateCache } from '../columns/template-cache.ts';
import type { TextCursor } from '../tokens/text-cursor.ts';
import { RowSamples } from './row-samples.ts';
import type { SampleRole } from './sample-role.ts';

/** Family of a text 0.0.4 while it is being read. */
export class TextFamily {
  readonly name: string;
  help: string | undefined;
  /** Undefined until a TYPE line or the first sample. */
  type: MetricType | undefined;
  /** Samples that were read since the family was last finished. */
  builder: FamilyBuilder | undefined;
  #lastRow = -1;
  #samples = new RowSamples();
  #hasSamples = false;

  constructor(name: string) {
    this.name = name;
  }

  /**
   * Returns the builder for its samples. From now on the layout of its type is final.
   * @param templates templates of earlier families; the family follows one that has the labels at the cursor in its first line
   */
  start(templates: TemplateCache, { text, at }: TextCursor): FamilyBuilder {
    if (this.builder === undefined) {
      this.type ??= 'unknown';
      this.#hasSamples = true;
      const kind = layoutKindOf(this.type);
      const partLabel = kind === 'classic' ? 'le' : kind === 'quantile' ? 'quantile' : undefined;
      const candidate = templates.find(partLabel, text, at);
      this.builder = new FamilyBuilder(kind, partLabel, candidate, templates.wantsTemplate);
    }
    return this.builder;
  }

  /** Name of the label that selects a bucket or quantile, after the first sample. */
  get partLabel(): string | undefined {
    return this.builder?.series.partLabel;
  }

  /**
   * Sets the type. A type that would need another layout comes too late after samples: they keep theirs.
   */
  setType(type: MetricType): void {
    if (this.#hasSamples && layoutKindOf(type) !== layoutKindOf(this.type!)) return;
    this.type = type;
  }

  /**
   * Adds a sample whose labels were just read.
   * @param timestampMs NaN for none
   * @returns false if the family has no place for the sample: a bucket without a bound, a sample that its series has already, or
   *   with another timestamp, or a count that is no count
   */
  add(role: SampleRole, partValue: string | undefined, value: number, timestampMs: number): boolean {
    const builder = this.builder!;
    const { kind, series } = builder;
    if (kind === 'scalar') {
      const row = series.append();
      builder.setValue(row, value);
      if (!Number.isNaN(timestampMs)) builder.setTimestamp(row, timestampMs);
      series.endLine(row);
      return true;
    }
    const isCount = role === 'count' || role === 'bucket';
    const isPart = role === 'bucket' || (role === 'value' && kind === 'quantile');
    const fits =
      isPart === (partValue !== undefined) && (isPart || role !== 'value') && (!isCount || isCountValue(value));
    const key = fits && partValue !== undefined ? series.keyOfText(partValue) : NOT_A_BOUND;
    const row = fits && (!isPart || key >= 0) ? this.#rowOfLabels(builder, timestampMs) : -1;
    if (row < 0 || !(isPart ? this.#samples.addKey(row, key) : this.#samples.addTotal(row, role as 'sum' | 'count'))) {
      series.endLine();
      return false;
    }

    if (isPart) builder.setPart(row, key, value);
    else if (role === 'sum') builder.setSum(row, value);
    else builder.setCount(row, value);
    series.endLine(row, key);
    return true;
  }

  /** Returns -1 if the row of the labels has another timestamp. Lines of one histogram are usually consecutive, but need not be. */
  #rowOfLabels(builder: FamilyBuilder, timestampMs: number): number {
    const { series } = builder;
    const isLast = this.#lastRow >= 0 && series.isAt(this.#lastRow);
    const row = isLast ? this.#lastRow : series.find();
    if (row >= 0) {
      this.#lastRow = row;
      return this.#samples.hasTimestamp(row, timestampMs) ? row : -1;
    }
    this.#lastRow = series.appendFindable();
    this.#samples.addRow(timestampMs);
    if (!Number.isNaN(timestampMs)) builder.setTimestamp(this.#lastRow, timestampMs);
    return this.#lastRow;
  }

  /** Returns the family with the samples since the last call. */
  finish(cursor: TextCursor): MetricFamily {
    const builder = this.builder ?? new FamilyBuilder(layoutKindOf(this.type ?? 'unknown'));
    const family = builder.finish({ name: this.name, type: this.type ?? 'unknown', help: this.help }, (found) =>
      cursor.fail(`family "${this.name}" to have series with common labels`, cursor.at, found),
    );
    this.builder = undefined;
    this.#lastRow = -1;
    this.#samples = new RowSamples();
    return family;
  }
}

function isCountValue(value: number): boolean {
  return value >= 0 && value < Number.POSITIVE_INFINITY;
}
