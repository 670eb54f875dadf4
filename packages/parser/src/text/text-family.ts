import { describeValue, type MetricFamily, type MetricType } from '@promwright/model';
import { FamilyBuilder, layoutKindOf } from '../columns/family-builder.ts';
import { NO_NUMBER, NOT_A_BOUND } from '../columns/part-keys.ts';
import type { TemplateCache } from '../columns/template-cache.ts';
import type { TextCursor } from '../tokens/text-cursor.ts';
import type { SampleRole } from './sample-role.ts';

/** A family of a text 0.0.4 while it is being read. */
export class TextFamily {
  readonly name: string;
  help: string | undefined;
  /** Undefined until a line says it, or the first sample comes without one. */
  type: MetricType | undefined;
  /** What its samples so far are. */
  builder: FamilyBuilder | undefined;
  #lastRow = -1;

  constructor(name: string) {
    this.name = name;
  }

  /**
   * The builder for its samples; from now on its type is certain.
   * @param templates those that it may follow if its first sample has the labels that stand at the cursor
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
   * @param start where it begins
   * @param timestampMs NaN where there is none
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
    if (builder.kind === 'scalar') {
      const row = builder.append();
      builder.setValue(row, value);
      if (!Number.isNaN(timestampMs)) builder.setTimestamp(row, timestampMs);
      builder.endLine(row);
      return;
    }
    const key = partValue === undefined ? NOT_A_BOUND : builder.keyOfText(partValue);
    if (key === NO_NUMBER) cursor.fail(`a number as label "${builder.partLabel}"`, start, describeValue(partValue));
    if (builder.kind === 'classic' && value < 0 && (role === 'bucket' || role === 'count')) {
      cursor.fail(`a ${role} of a histogram that is not negative`, start, String(value));
    }
    const isPart = role === 'bucket' || (role === 'value' && builder.kind === 'quantile');
    // As in Go's library, a sample without a place in its family is passed over.
    if (isPart ? key === NOT_A_BOUND : role === 'value') {
      builder.endLine();
      return;
    }

    const row = this.#rowOfLabels(builder);
    if (isPart) builder.setPart(row, key, value);
    else if (role === 'sum') builder.setSum(row, value);
    else builder.setCount(row, value);
    if (!Number.isNaN(timestampMs)) builder.setTimestamp(row, timestampMs);
    builder.endLine(row, key);
  }

  /** Lines of one histogram usually follow each other, but need not. */
  #rowOfLabels(builder: FamilyBuilder): number {
    if (this.#lastRow >= 0 && builder.isAt(this.#lastRow)) return this.#lastRow;
    const found = builder.find();
    this.#lastRow = found >= 0 ? found : builder.appendFindable();
    return this.#lastRow;
  }

  /** The family with what was read of it since the last time. */
  finish(cursor: TextCursor): MetricFamily {
    const builder = this.builder ?? new FamilyBuilder(layoutKindOf(this.type ?? 'unknown'));
    const family = builder.finish({ name: this.name, type: this.type ?? 'unknown', help: this.help }, (found) =>
      cursor.fail(`family "${this.name}" to have series that are alike`, cursor.at, found),
    );
    this.builder = undefined;
    this.#lastRow = -1;
    return family;
  }
}
