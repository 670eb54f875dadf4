import { describeValue, type Exemplar, type MetricFamily, type MetricType } from '@promwright/model';
import { FamilyBuilder, type LayoutKind, layoutKindOf } from '../columns/family-builder.ts';
import { NO_NUMBER, NOT_A_BOUND } from '../columns/part-keys.ts';
import type { TemplateCache } from '../columns/template-cache.ts';
import { NO_SUFFIXES, OPENMETRICS_SUFFIXES, type SampleRole } from '../text/sample-role.ts';
import type { TextCursor } from '../tokens/text-cursor.ts';
import { brokenCompositeRule, bucketKeyOf, setComposite } from './add-composite.ts';
import { HistogramRules } from './histogram-rules.ts';
import type { Composite } from './read-composite.ts';
import type { SampleTail } from './sample-tail.ts';
import { SeriesOrder } from './series-order.ts';
import { StateOrder } from './state-order.ts';
import { millisecondsOf } from './time-units.ts';
import { brokenValueRule } from './value-rules.ts';

/** A family of an OpenMetrics document while it is being read. */
export class OpenMetricsFamily {
  readonly name: string;
  readonly version2: boolean;
  /** Whether its name is written in quotes. */
  readonly quoted: boolean;
  /** Where it begins. */
  readonly line: number;
  type: MetricType | undefined;
  help: string | undefined;
  unit: string | undefined;
  builder: FamilyBuilder | undefined;
  #order: SeriesOrder | undefined;
  #states: StateOrder | undefined;
  #histogram: HistogramRules | undefined;
  /** What the last row has by now: a bit for each role. */
  #roles = 0;
  /** Where the last row begins. */
  #rowLine = 0;
  /** The bound, quantile or state of the last sample. */
  #key = -1;
  /** The row in which each quantile or state was last seen, by key. */
  readonly #seenIn: number[] = [];

  constructor(name: string, line: number, quoted: boolean, version2: boolean) {
    this.name = name;
    this.line = line;
    this.quoted = quoted;
    this.version2 = version2;
  }

  /** What a sample of a name says of its series; undefined where it is of another family. */
  roleOf(sampleName: string): SampleRole | undefined {
    if (!sampleName.startsWith(this.name)) return undefined;
    const suffix = sampleName.slice(this.name.length);
    return this.#suffixes().find(([known]) => known === suffix)?.[1];
  }

  /** All names that no other family may have for itself or its samples. */
  names(): string[] {
    const names = this.#suffixes().map(([suffix]) => this.name + suffix);
    return names.includes(this.name) ? names : [this.name, ...names];
  }

  #suffixes() {
    return this.version2 ? NO_SUFFIXES : OPENMETRICS_SUFFIXES[this.type ?? 'unknown'];
  }

  #partLabelOf(kind: LayoutKind): string | undefined {
    if (kind === 'state') return this.name;
    if (this.version2) return undefined;
    return kind === 'classic' ? 'le' : kind === 'quantile' ? 'quantile' : undefined;
  }

  /**
   * The builder for its samples; from now on its type is certain.
   * @param templates those that it may follow if its first sample has the labels that stand at the cursor
   */
  start(templates: TemplateCache, { text, at }: TextCursor): FamilyBuilder {
    if (this.builder !== undefined) return this.builder;
    this.type ??= 'unknown';
    const kind = layoutKindOf(this.type);
    const partLabel = this.#partLabelOf(kind);
    // Its partLabel label is called as it is itself, as that of no other family should be.
    const isAlone = kind === 'state';
    const candidate = isAlone ? undefined : templates.find(partLabel, text, at);
    const builder = new FamilyBuilder(kind, partLabel, candidate, !isAlone && templates.wantsTemplate);
    this.builder = builder;
    this.#order = new SeriesOrder(builder, this.type === 'info');
    if (builder.kind === 'state' && this.version2) this.#states = new StateOrder(builder, this.#order);
    if (builder.kind === 'classic' && !this.version2) this.#histogram = new HistogramRules(this.type !== 'histogram');
    return builder;
  }

  /**
   * Adds a sample, whose labels are in the builder.
   * @param start where it begins
   * @param partValue the value of the label `le`, `quantile` or the state
   */
  add(cursor: TextCursor, start: number, role: SampleRole, partValue: string | undefined, tail: SampleTail): void {
    const { composite, exemplars, startMs } = tail;
    const builder = this.builder!;
    const kind = composite?.quantiles ? 'quantile' : composite ? 'classic' : builder.kind;
    // A family of unknown type may be of anything, but as a table of one kind.
    if (this.type === 'unknown' && builder.size === 0) builder.kind = kind;
    if (builder.kind !== kind) cursor.fail(`values of one kind in family "${this.name}"`, start, 'another kind');
    const isNumber = composite === undefined && (kind === 'scalar' || kind === 'state' || !this.version2);
    const expected = isNumber ? brokenValueRule(this.type!, role, tail.value) : this.#brokenCompositeRule(composite);
    if (expected !== undefined) cursor.fail(expected, start, composite ? 'a value in braces' : String(tail.value));

    if (composite !== undefined) this.#addComposite(cursor, start, tail, composite);
    else if (kind === 'scalar') this.#addScalar(cursor, start, role, tail);
    else this.#addPart(cursor, start, role, partValue, tail);
    const row = this.#order!.row;
    if (!Number.isNaN(startMs)) {
      if (!WITH_START.has(this.type!)) cursor.fail(`no start time of a ${this.type}`, start, 'one');
      builder.setStart(row, startMs);
    }
    for (const exemplar of exemplars) {
      if (composite !== undefined) builder.addExemplar(row, bucketKeyOf(builder, composite, exemplar.value), exemplar);
      else if (this.#takesExemplar(role, exemplar))
        builder.addExemplar(row, role === 'bucket' ? this.#key : -1, exemplar);
      else if (!this.version2) {
        cursor.fail('exemplars only of counters and of the buckets that they fall in', tail.exemplarsAt, 'another');
      }
    }
    builder.endLine(row, this.#key);
  }

  #brokenCompositeRule(composite: Composite | undefined): string | undefined {
    return composite === undefined ? 'a value in braces' : brokenCompositeRule(this.type!, composite);
  }

  #addScalar(cursor: TextCursor, start: number, role: SampleRole, { value, timestampMs }: SampleTail): void {
    const row = this.#place(cursor, start, timestampMs, (this.#roles & ROLE_BITS[role]) !== 0);
    this.#roles |= ROLE_BITS[role];
    if (role === 'created') this.builder!.setStart(row, millisecondsOf(value));
    else this.builder!.setValue(row, value);
  }

  /** Adds a sample that is one of several of its series. */
  #addPart(cursor: TextCursor, start: number, role: SampleRole, partValue: string | undefined, tail: SampleTail): void {
    const { value, timestampMs } = tail;
    const builder = this.builder!;
    const isPart = role === 'bucket' || role === 'value';
    this.#key = isPart ? this.#keyOf(cursor, start, partValue) : this.#noKey(cursor, start, partValue);
    const row =
      this.#states?.place(cursor, start, this.#key, timestampMs) ?? this.#place(cursor, start, timestampMs, false);
    const isRepeated =
      role === 'value' ? this.#seenIn[this.#key] === row : role !== 'bucket' && (this.#roles & ROLE_BITS[role]) !== 0;
    if (isRepeated) cursor.fail('every sample once', start, 'the same sample again');
    this.#roles |= ROLE_BITS[role];
    if (role === 'value') this.#seenIn[this.#key] = row;
    this.#histogram?.add(cursor, start, role, isPart ? Number(builder.contentOf(this.#key)) : Number.NaN, value);

    if (isPart) builder.setPart(row, this.#key, value);
    else if (role === 'sum') builder.setSum(row, value);
    else if (role === 'count') builder.setCount(row, value);
    else builder.setStart(row, millisecondsOf(value));
  }

  #addComposite(cursor: TextCursor, start: number, { timestampMs }: SampleTail, composite: Composite): void {
    const builder = this.builder!;
    // They would clash with what samples of each bucket or quantile are called elsewhere.
    const taken = composite.quantiles ? 'quantile' : composite.buckets ? 'le' : undefined;
    if (taken !== undefined && builder.hasLabel(taken)) cursor.fail(`no label "${taken}" of this type`, start, 'one');
    const row = this.#place(cursor, start, timestampMs, true);
    setComposite(builder, row, composite);
  }

  #takesExemplar(role: SampleRole, { value }: Exemplar): boolean {
    if (this.type === 'counter') return role === 'value';
    if (role !== 'bucket') return this.type === 'unknown' && this.version2;
    const bound = this.builder!.contentOf(this.#key) as number;
    return value <= bound || bound === Infinity;
  }

  /** The family, checked as a whole. */
  finish(cursor: TextCursor): MetricFamily {
    const { name, unit } = this;
    const type = this.type ?? 'unknown';
    const refuse = (expected: string, found: string) => cursor.failInLine(this.line, expected, found);
    if (unit) {
      if (type === 'info' || type === 'stateset') refuse(`no unit of ${type} "${name}"`, describeValue(unit));
      if (!this.version2 && !name.endsWith(`_${unit}`)) {
        refuse(`the name of "${name}" to end in its unit`, describeValue(unit));
      }
    }
    if (this.version2 && type === 'info' && !name.endsWith('_info')) {
      refuse('the name of an info to end in "_info"', describeValue(name));
    }
    if (this.#order !== undefined && this.#order.row >= 0) this.#endRow(cursor);
    const builder = this.builder ?? new FamilyBuilder(layoutKindOf(type));
    // An empty line of metadata is as good as none.
    const metadata = { name: this.#fullName(type), type, help: this.help || undefined, unit: unit || undefined };
    return builder.finish(metadata, (found) => refuse(`family "${name}" to have series that are alike`, found));
  }

  /** In OpenMetrics 1.0 the name lacks what all samples of a counter or info have at their end. */
  #fullName(type: MetricType): string {
    if (this.version2) return this.name;
    return type === 'counter' ? `${this.name}_total` : type === 'info' ? `${this.name}_info` : this.name;
  }

  #place(cursor: TextCursor, start: number, timestampMs: number, repeats: boolean): number {
    const order = this.#order!;
    const before = order.row;
    const row = order.place(cursor, start, timestampMs, repeats);
    if (row !== before) {
      if (before >= 0) this.#endRow(cursor);
      this.#rowLine = cursor.line;
      this.#roles = 0;
      this.#histogram?.begin(cursor);
    }
    return row;
  }

  #endRow(cursor: TextCursor): void {
    this.#histogram?.end(cursor);
    if (this.type === 'counter' && (this.#roles & ROLE_BITS.value) === 0 && !this.version2) {
      cursor.failInLine(this.#rowLine, `a sample "${this.name}_total" of every series`, 'only its "_created"');
    }
  }

  #keyOf(cursor: TextCursor, start: number, partValue: string | undefined): number {
    const builder = this.builder!;
    const { kind } = builder;
    if (partValue === undefined) cursor.fail(`a label "${this.builder!.partLabel}"`, start, 'none');
    if (kind === 'state') return builder.keyOf(partValue);
    const key = builder.keyOfText(partValue);
    const number = key >= 0 ? Number(builder.contentOf(key)) : Number.NaN;
    // Of the bounds that may be written in several ways, only the infinite one must be in its canonical form.
    const isRight = kind === 'quantile' ? number >= 0 && number <= 1 : number !== Infinity || partValue === '+Inf';
    if (key === NO_NUMBER || key === NOT_A_BOUND || !isRight) {
      cursor.fail(
        kind === 'quantile' ? 'a number from 0 to 1 as label "quantile"' : 'a number or "+Inf" as label "le"',
        start,
        describeValue(partValue),
      );
    }
    return key;
  }

  #noKey(cursor: TextCursor, start: number, partValue: string | undefined): -1 {
    if (partValue !== undefined) cursor.fail(`no label "${this.builder!.partLabel}"`, start, describeValue(partValue));
    return -1;
  }
}

/** Those that count from a start on, and those that may. */
const WITH_START: ReadonlySet<MetricType> = new Set<MetricType>(['counter', 'histogram', 'summary', 'unknown']);

const ROLE_BITS: Readonly<Record<SampleRole, number>> = { value: 1, bucket: 2, sum: 4, count: 8, created: 16 };
