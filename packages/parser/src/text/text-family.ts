import { describeValue, type MetricFamily, type MetricType } from '@promwright/model';
import { FamilyBuilder, layoutKindOf } from '../columns/family-builder.ts';
import { NO_NUMBER, NOT_A_BOUND } from '../columns/part-keys.ts';
import type { TemplateCache } from '../columns/template-cache.ts';
import type { TextCursor } from '../tokens/text-cursor.ts';
import type { SampleRole } from './sample-role.ts';

/** Family of a text 0.0.4 while it is being read. */
export class TextFamily {
  readonly name: string;
  help: string | undefined;
  /** Undefined until a TYPE line, or until the first sample if there is no TYPE line before it. */
  type: MetricType | undefined;
  /** Samples that were read since the family was last finished. */
  builder: FamilyBuilder | undefined;
  #lastRow = -1;

  constructor(name: string) {
    this.name = name;
  }

  /**
   * Returns the builder for its samples. From now on its type is final.
   * @param templates templates of earlier families; the family follows one that has the labels at the cursor in its first line
   */
  start(templates: TemplateCache, { text, at }: TextCursor): FamilyBuilder {
    if (this.builder === undefined) {
      this.type ??= 'unknown';
      const kind = layoutKindOf(this.type);
      const partLabel = kind === 'classic' ? 'le' : kind === 'quantile' ? 'quantile' : undefined;
      const candidate = templates.find(partLabel, text, at);
      this.builder = new FamilyBuilder(kind, partLabel, candidate, templates.wantsTemplate);
    }
    return this.builder;
  }

  /**
   * Adds a sample whose labels were just read.
   * @param start start of the sample in the text
   * @param timestampMs NaN for none
   */
  add(
    cursor: TextCursor,
    start: number,
    role: SampleRole,
    partValue: string | undefined,
    value: number,
    timestampMs: number,
  ): void {
    const builder = this.builder!;
    const { kind, series } = builder;
    if (kind === 'scalar') {
      const row = series.append();
      builder.setValue(row, value);
      if (!Number.isNaN(timestampMs)) builder.setTimestamp(row, timestampMs);
      series.endLine(row);
      return;
    }
    const key = partValue === undefined ? NOT_A_BOUND : series.keyOfText(partValue);
    if (key === NO_NUMBER) cursor.fail(`a number as label "${series.partLabel}"`, start, describeValue(partValue));
    if (kind === 'classic' && value < 0 && (role === 'bucket' || role === 'count')) {
      cursor.fail(`a non-negative ${role} of a histogram`, start, String(value));
    }
    const isPart = role === 'bucket' || (role === 'value' && kind === 'quantile');
    // Skips a sample that has no place in its family, as Prometheus' Go library does.
    if (isPart ? key === NOT_A_BOUND : role === 'value') {
      series.endLine();
      return;
    }

    const row = this.#rowOfLabels(builder);
    if (isPart) builder.setPart(row, key, value);
    else if (role === 'sum') builder.setSum(row, value);
    else builder.setCount(row, value);
    if (!Number.isNaN(timestampMs)) builder.setTimestamp(row, timestampMs);
    series.endLine(row, key);
  }

  /** Lines of one histogram are usually consecutive, but need not be. */
  #rowOfLabels({ series }: FamilyBuilder): number {
    if (this.#lastRow >= 0 && series.isAt(this.#lastRow)) return this.#lastRow;
    const found = series.find();
    this.#lastRow = found >= 0 ? found : series.appendFindable();
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
    return family;
  }
}
