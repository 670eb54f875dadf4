import { describeValue, type MetricFamily, type MetricType } from '@promwright/model';
import { FamilyBuilder, shapeOf } from '../columns/family-builder.ts';
import { NO_NUMBER, NOT_A_BOUND } from '../columns/part-keys.ts';
import type { RecentOutlines } from '../columns/template-cache.ts';
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
  #lastPoint = -1;

  constructor(name: string) {
    this.name = name;
  }

  /**
   * The builder for its samples; from now on its type is certain.
   * @param outlines those that it may follow if its first sample has the labels that stand at the cursor
   */
  start(outlines: RecentOutlines, { text, at }: TextCursor): FamilyBuilder {
    if (this.builder === undefined) {
      this.type ??= 'unknown';
      const shape = shapeOf(this.type);
      const special = shape === 'classic' ? 'le' : shape === 'quantile' ? 'quantile' : undefined;
      const likely = outlines.find(special, text, at);
      this.builder = new FamilyBuilder(shape, special, likely, outlines.wantsMore);
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
    special: string | undefined,
    value: number,
    timestampMs: number,
  ): void {
    const builder = this.builder!;
    if (builder.shape === 'scalar') {
      const point = builder.append();
      builder.setValue(point, value);
      if (!Number.isNaN(timestampMs)) builder.setTimestamp(point, timestampMs);
      builder.endLine(point);
      return;
    }
    const key = special === undefined ? NOT_A_BOUND : builder.keyOfText(special);
    if (key === NO_NUMBER) cursor.fail(`a number as label "${builder.special}"`, start, describeValue(special));
    if (builder.shape === 'classic' && value < 0 && (role === 'bucket' || role === 'count')) {
      cursor.fail(`a ${role} of a histogram that is not negative`, start, String(value));
    }
    const isCell = role === 'bucket' || (role === 'value' && builder.shape === 'quantile');
    // As in Go's library, a sample without a place in its family is passed over.
    if (isCell ? key === NOT_A_BOUND : role === 'value') {
      builder.endLine();
      return;
    }

    const point = this.#pointOfLabels(builder);
    if (isCell) builder.setCell(point, key, value);
    else if (role === 'sum') builder.setSum(point, value);
    else builder.setCount(point, value);
    if (!Number.isNaN(timestampMs)) builder.setTimestamp(point, timestampMs);
    builder.endLine(point, key);
  }

  /** Lines of one histogram usually follow each other, but need not. */
  #pointOfLabels(builder: FamilyBuilder): number {
    if (this.#lastPoint >= 0 && builder.isAt(this.#lastPoint)) return this.#lastPoint;
    const found = builder.find();
    this.#lastPoint = found >= 0 ? found : builder.appendFindable();
    return this.#lastPoint;
  }

  /** The family with what was read of it since the last time. */
  finish(cursor: TextCursor): MetricFamily {
    const builder = this.builder ?? new FamilyBuilder(shapeOf(this.type ?? 'unknown'));
    const family = builder.finish({ name: this.name, type: this.type ?? 'unknown', help: this.help }, (found) =>
      cursor.fail(`family "${this.name}" to have series that are alike`, cursor.at, found),
    );
    this.builder = undefined;
    this.#lastPoint = -1;
    return family;
  }
}
