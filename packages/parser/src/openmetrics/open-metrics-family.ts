import { describeValue, type Exemplar, type MetricFamily, type MetricType } from '@promwright/model';
import { FamilyBuilder, type LayoutKind, layoutKindOf } from '../columns/family-builder.ts';
import { NO_NUMBER, NOT_A_BOUND } from '../columns/part-keys.ts';
import type { TemplateCache } from '../columns/template-cache.ts';
import { NO_SUFFIXES, OPENMETRICS_SUFFIXES, type SampleRole } from '../text/sample-role.ts';
import type { TextCursor } from '../tokens/text-cursor.ts';
import { HistogramRules } from './histogram-rules.ts';
import type { Composite } from './read-composite.ts';
import type { SampleTail } from './sample-tail.ts';
import { SeriesOrder } from './series-order.ts';
import { brokenCompositeRule, bucketKeyOf, setComposite } from './set-composite.ts';
import { StateOrder } from './state-order.ts';
import { millisecondsOf } from './time-units.ts';
import { brokenValueRule } from './value-rules.ts';

/** Rules that differ between the documents of OpenMetrics. */
export interface OpenMetricsRules {
  /** True for version 2.0. */
  readonly version2: boolean;
  /** True to refuse a repeated sample in version 1.0 too. */
  readonly strict: boolean;
}

/** Family of an OpenMetrics document while it is being read. */
export class OpenMetricsFamily {
  readonly name: string;
  readonly version2: boolean;
  /** True to refuse a repeated sample; else its first value counts, as for Prometheus' server and its Python library. */
  readonly #strict: boolean;
  /** True if its name is written in quotes. */
  readonly quoted: boolean;
  /** Number of its first line. */
  readonly line: number;
  type: MetricType | undefined;
  help: string | undefined;
  unit: string | undefined;
  builder: FamilyBuilder | undefined;
  #order: SeriesOrder | undefined;
  #states: StateOrder | undefined;
  #histogram: HistogramRules | undefined;
  /** Roles of the samples of the last row, one bit each. */
  #roles = 0;
  /** Number of the first line of the last row. */
  #rowLine = 0;
  /** Key of the bound, quantile or state of the last sample. */
  #key = -1;
  /** By key of a bound, quantile or state: the row of its last sample. */
  readonly #lastRows: number[] = [];
  /** By key of a bound: the bound as written in its last sample. */
  readonly #boundTexts: string[] = [];

  constructor(name: string, line: number, quoted: boolean, { version2, strict }: OpenMetricsRules) {
    this.name = name;
    this.line = line;
    this.quoted = quoted;
    this.version2 = version2;
    this.#strict = strict || version2;
  }

  /** Returns the role of a sample by its name; undefined if it belongs to another family. */
  roleOf(sampleName: string): SampleRole | undefined {
    if (!sampleName.startsWith(this.name)) return undefined;
    const suffix = sampleName.slice(this.name.length);
    return this.#suffixes().find(([known]) => known === suffix)?.[1];
  }

  /** Returns all names that no other family may use for itself or its samples. The family's own name is the first. */
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
   * Returns the builder for its samples. From now on its type is final.
   * @param templates templates of earlier families; the family follows one that has the labels at the cursor in its first line
   */
  start(templates: TemplateCache, { text, at }: TextCursor): FamilyBuilder {
    if (this.builder !== undefined) return this.builder;
    this.type ??= 'unknown';
    const kind = layoutKindOf(this.type);
    const partLabel = this.#partLabelOf(kind);
    // The part label of a state set is its own name, which no other family can share.
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
   * Adds a sample whose labels are in the builder.
   * @param start start of the sample in the text
   * @param partValue value of the label `le`, `quantile` or of the state
   */
  add(cursor: TextCursor, start: number, role: SampleRole, partValue: string | undefined, tail: SampleTail): void {
    const { composite, exemplars, startMs } = tail;
    const builder = this.builder!;
    const kind = composite?.quantiles ? 'quantile' : composite ? 'classic' : builder.kind;
    // A family of unknown type may have values of any kind, but all of the same kind.
    if (this.type === 'unknown' && builder.series.size === 0) builder.kind = kind;
    if (builder.kind !== kind) cursor.fail(`values of one kind in family "${this.name}"`, start, 'another kind');
    const isNumber = composite === undefined && (kind === 'scalar' || kind === 'state' || !this.version2);
    const expected = isNumber ? brokenValueRule(this.type!, role, tail.value) : this.#brokenCompositeRule(composite);
    if (expected !== undefined) cursor.fail(expected, start, composite ? 'a value in braces' : String(tail.value));

    const isNew =
      composite !== undefined
        ? this.#addComposite(cursor, start, tail, composite)
        : kind === 'scalar'
          ? this.#addScalar(cursor, start, role, tail)
          : this.#addPart(cursor, start, role, partValue, tail);
    if (!isNew) {
      if (this.#strict) cursor.fail('every sample once', start, 'the same sample again');
      builder.series.endLine();
      return;
    }
    const { row } = this.#order!;
    if (!Number.isNaN(startMs)) {
      if (!TYPES_WITH_START.has(this.type!)) cursor.fail(`no start time on a ${this.type}`, start, '"st@"');
      builder.setStart(row, startMs);
    }
    for (const exemplar of exemplars) {
      if (composite !== undefined) builder.addExemplar(row, bucketKeyOf(builder, composite, exemplar.value), exemplar);
      else if (this.#takesExemplar(role, exemplar))
        builder.addExemplar(row, role === 'bucket' ? this.#key : -1, exemplar);
      else if (!this.version2) {
        cursor.fail(
          'exemplars only on counters and on buckets that contain their value',
          tail.exemplarsAt,
          'another exemplar',
        );
      }
    }
    builder.series.endLine(row, this.#key);
  }

  #brokenCompositeRule(composite: Composite | undefined): string | undefined {
    return composite === undefined ? 'a value in braces' : brokenCompositeRule(this.type!, composite);
  }

  /** Returns false for a repeated sample. */
  #addScalar(cursor: TextCursor, start: number, role: SampleRole, { value, timestampMs }: SampleTail): boolean {
    const row = this.#place(cursor, start, timestampMs, (this.#roles & ROLE_BITS[role]) !== 0);
    if (row < 0) return false;
    this.#roles |= ROLE_BITS[role];
    if (role === 'created') this.builder!.setStart(row, millisecondsOf(value));
    else this.builder!.setValue(row, value);
    return true;
  }

  /** Adds one of several samples of a series. Returns false for a repeated sample. */
  #addPart(
    cursor: TextCursor,
    start: number,
    role: SampleRole,
    partValue: string | undefined,
    tail: SampleTail,
  ): boolean {
    const { value, timestampMs } = tail;
    const builder = this.builder!;
    const isPart = role === 'bucket' || role === 'value';
    this.#key = isPart ? this.#keyOf(cursor, start, partValue) : this.#noKey(cursor, start, partValue);
    const row =
      this.#states?.place(cursor, start, this.#key, timestampMs) ?? this.#place(cursor, start, timestampMs, false);
    const isRepeated = isPart ? this.#repeatsPart(row, role, partValue!) : (this.#roles & ROLE_BITS[role]) !== 0;
    if (isRepeated) return false;
    this.#roles |= ROLE_BITS[role];
    this.#histogram?.add(cursor, start, role, isPart ? Number(builder.series.contentOf(this.#key)) : Number.NaN, value);

    if (isPart) builder.setPart(row, this.#key, value);
    else if (role === 'sum') builder.setSum(row, value);
    else if (role === 'count') builder.setCount(row, value);
    else builder.setStart(row, millisecondsOf(value));
    return true;
  }

  /** Notes the part of a row that a sample is about. Returns true if the row has it already. */
  #repeatsPart(row: number, role: SampleRole, partValue: string): boolean {
    // The same bound in another spelling is not the same sample, but a bucket out of order.
    const isBound = role === 'bucket';
    const isKnown = this.#lastRows[this.#key] === row && (!isBound || this.#boundTexts[this.#key] === partValue);
    this.#lastRows[this.#key] = row;
    if (isBound) this.#boundTexts[this.#key] = partValue;
    return isKnown;
  }

  /** Returns false for a repeated sample. */
  #addComposite(cursor: TextCursor, start: number, { timestampMs }: SampleTail, composite: Composite): boolean {
    const builder = this.builder!;
    // Other formats name the samples of buckets and quantiles by these labels.
    const taken = composite.quantiles ? 'quantile' : composite.buckets ? 'le' : undefined;
    if (taken !== undefined && builder.series.hasLabel(taken)) {
      cursor.fail(`no label "${taken}" beside ${taken === 'le' ? 'buckets' : 'quantiles'}`, start, 'the label');
    }
    const row = this.#place(cursor, start, timestampMs, true);
    if (row < 0) return false;
    setComposite(builder, row, composite);
    return true;
  }

  #takesExemplar(role: SampleRole, { value }: Exemplar): boolean {
    if (this.type === 'counter') return role === 'value';
    if (role !== 'bucket') return this.type === 'unknown' && this.version2;
    const bound = this.builder!.series.contentOf(this.#key) as number;
    return value <= bound || bound === Infinity;
  }

  /** Checks the family as a whole and returns it. */
  finish(cursor: TextCursor): MetricFamily {
    const { name, unit } = this;
    const type = this.type ?? 'unknown';
    const fail = (expected: string, found: string) => cursor.failInLine(this.line, expected, found);
    if (unit) {
      if (type === 'info' || type === 'stateset') fail(`no unit of ${type} "${name}"`, describeValue(unit));
      if (!this.version2 && !name.endsWith(`_${unit}`)) {
        fail(`the name of "${name}" to end in its unit`, describeValue(unit));
      }
    }
    if (this.version2 && type === 'info' && !name.endsWith('_info')) {
      fail('the name of an info to end in "_info"', describeValue(name));
    }
    if (this.#order !== undefined && this.#order.row >= 0) this.#endRow(cursor);
    const builder = this.builder ?? new FamilyBuilder(layoutKindOf(type));
    // An empty HELP or UNIT line equals none.
    const metadata = { name: this.#fullName(type), type, help: this.help || undefined, unit: unit || undefined };
    return builder.finish(metadata, (found) => fail(`family "${name}" to have series with common labels`, found));
  }

  /** Returns the name of the samples. In OpenMetrics 1.0 the family name of a counter or info lacks their suffix. */
  #fullName(type: MetricType): string {
    if (this.version2) return this.name;
    return type === 'counter' ? `${this.name}_total` : type === 'info' ? `${this.name}_info` : this.name;
  }

  #place(cursor: TextCursor, start: number, timestampMs: number, repeats: boolean): number {
    const order = this.#order!;
    const before = order.row;
    const row = order.place(cursor, start, timestampMs, repeats);
    if (row >= 0 && row !== before) {
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
    const { kind, series } = this.builder!;
    if (partValue === undefined) cursor.fail(`a label "${series.partLabel}"`, start, 'none');
    if (kind === 'state') return series.keyOf(partValue);
    const key = series.keyOfText(partValue);
    const number = key >= 0 ? Number(series.contentOf(key)) : Number.NaN;
    // Finite bounds may have several spellings; the infinite bound must have its canonical form.
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
    if (partValue !== undefined) {
      cursor.fail(`no label "${this.builder!.series.partLabel}"`, start, describeValue(partValue));
    }
    return -1;
  }
}

/** Types that count from a start time on. */
const TYPES_WITH_START: ReadonlySet<MetricType> = new Set<MetricType>(['counter', 'histogram', 'summary', 'unknown']);

const ROLE_BITS: Readonly<Record<SampleRole, number>> = { value: 1, bucket: 2, sum: 4, count: 8, created: 16 };
