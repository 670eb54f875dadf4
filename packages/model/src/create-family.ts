import type {
  ExemplarColumns,
  Label,
  Layout,
  MergeMode,
  MetricFamily,
  MetricScope,
  MetricType,
  NativeColumns,
  Row,
  SketchColumns,
} from './metric-family.ts';
import { rowsOf } from './rows.ts';

/** Columns of a family: all properties, without the method `rows`. */
export type FamilyColumns = Omit<MetricFamily, 'rows'>;

/**
 * Creates a family from its columns, without a copy and without checks: for instruments and parsers, which build valid
 * columns. Custom collectors use `familyFromRows`, which checks everything.
 */
export function createFamily(columns: FamilyColumns): MetricFamily {
  return new ColumnFamily(columns);
}

class ColumnFamily implements MetricFamily {
  readonly name: string;
  readonly type: MetricType;
  declare readonly help?: string;
  declare readonly unit?: string;
  readonly constLabels: readonly Label[];
  readonly labelNames: readonly string[];
  readonly dictionaries: readonly (readonly string[])[];
  readonly size: number;
  readonly labelIds: Int32Array;
  readonly values: Float64Array;
  readonly layout: Layout;
  declare readonly startMs?: Float64Array;
  declare readonly timestampMs?: Float64Array;
  declare readonly updatedMs?: Float64Array;
  declare readonly remainders?: Float64Array;
  declare readonly absent?: Uint8Array;
  declare readonly exemplars?: ExemplarColumns;
  declare readonly native?: NativeColumns;
  declare readonly sketch?: SketchColumns;
  declare readonly merge?: MergeMode;
  declare readonly scope?: MetricScope;
  declare readonly identity?: object;
  declare readonly layoutVersion?: number;

  constructor(columns: FamilyColumns) {
    this.name = columns.name;
    this.type = columns.type;
    if (columns.help !== undefined) this.help = columns.help;
    if (columns.unit !== undefined) this.unit = columns.unit;
    this.constLabels = columns.constLabels;
    this.labelNames = columns.labelNames;
    this.dictionaries = columns.dictionaries;
    this.size = columns.size;
    this.labelIds = columns.labelIds;
    this.values = columns.values;
    this.layout = columns.layout;
    if (columns.startMs !== undefined) this.startMs = columns.startMs;
    if (columns.timestampMs !== undefined) this.timestampMs = columns.timestampMs;
    if (columns.updatedMs !== undefined) this.updatedMs = columns.updatedMs;
    if (columns.remainders !== undefined) this.remainders = columns.remainders;
    if (columns.absent !== undefined) this.absent = columns.absent;
    if (columns.exemplars !== undefined) this.exemplars = columns.exemplars;
    if (columns.native !== undefined) this.native = columns.native;
    if (columns.sketch !== undefined) this.sketch = columns.sketch;
    if (columns.merge !== undefined) this.merge = columns.merge;
    if (columns.scope !== undefined) this.scope = columns.scope;
    if (columns.identity !== undefined) this.identity = columns.identity;
    if (columns.layoutVersion !== undefined) this.layoutVersion = columns.layoutVersion;
  }

  rows(): Iterable<Row> {
    return { [Symbol.iterator]: () => rowsOf(this) };
  }
}
