import {
  type BucketColumns,
  createFamily,
  type Exemplar,
  type ExemplarColumns,
  type Label,
  type MetricFamily,
  type NativeColumns,
  NO_NATIVE,
  type SketchColumns,
} from '@promwright/model';
import type { ByteReader } from './byte-reader.ts';
import { initialNumber, isWide, NUMBER_COLUMNS, type NumberColumn } from './changes.ts';
import { type Definition, parseDefinition } from './definition.ts';

interface Buckets {
  readonly indexes: Int32Array;
  readonly counts: Float64Array;
}

interface Sides {
  readonly positive: Buckets;
  readonly negative: Buckets;
}

interface NativeRow extends Sides {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
}

interface SketchRow extends Sides {
  readonly zeroCount: number;
}

interface PlacedExemplar {
  readonly exemplar: Exemplar;
  readonly bucket: number;
}

type Numbers = Float64Array | Uint8Array;

/** Family in a spool file, as the changes that were read so far made it. */
export class SpooledFamily {
  readonly #definition: Definition;
  readonly #dictionaries: string[][];
  readonly #columns = new Map<NumberColumn, Numbers>();
  readonly #native: (NativeRow | undefined)[] = [];
  readonly #sketches: (SketchRow | undefined)[] = [];
  readonly #exemplars: (readonly PlacedExemplar[] | undefined)[] = [];
  #labelIds = new Int32Array(0);
  #size = 0;
  /** Snapshot since the last change. */
  #family: MetricFamily | undefined;

  /** @throws for a definition that is none */
  constructor(definition: string) {
    this.#definition = parseDefinition(definition);
    this.#dictionaries = this.#definition.labelNames.map(() => []);
    for (const column of ['values', ...this.#definition.columns] as const)
      this.#columns.set(column, this.#none(column));
  }

  /** Returns a snapshot of the family. */
  family(): MetricFamily {
    this.#family ??= this.#create();
    return this.#family;
  }

  addSeries(reader: ByteReader): void {
    const added = reader.integer();
    if (added < 0) throw new RangeError('The number of series is negative');
    const width = this.#dictionaries.length;
    for (const values of this.#dictionaries) {
      for (let left = reader.integer(); left > 0; left--) values.push(reader.text());
    }
    const ids = reader.integers(added * width);
    ids.forEach((id, i) => {
      if (id >= this.#dictionaries[i % width]!.length) throw new RangeError('A label value is missing');
    });
    const size = this.#size + added;
    const labelIds = new Int32Array(size * width);
    labelIds.set(this.#labelIds);
    labelIds.set(ids, this.#size * width);
    this.#labelIds = labelIds;
    this.#size = size;
    for (const [column, numbers] of this.#columns) {
      const length = size * this.#widthOf(column);
      if (length <= numbers.length) continue;
      // With spare room, because series are added one by one.
      const grown = this.#none(column, Math.max(length, 2 * numbers.length));
      grown.set(numbers);
      this.#columns.set(column, grown);
    }
    this.#family = undefined;
  }

  setNumbers(reader: ByteReader): void {
    const column = NUMBER_COLUMNS[reader.byte()];
    const numbers = this.#columns.get(column as NumberColumn);
    if (column === undefined || numbers === undefined) throw new RangeError('The family has no such column');
    const end = this.#size * this.#widthOf(column);
    for (;;) {
      const start = reader.integer();
      const length = reader.integer();
      if (length === 0) break;
      if (start < 0 || start + length > end) throw new RangeError('A number has no series');
      numbers.set(column === 'absent' ? reader.bytes(length) : reader.numbers(length), start);
    }
    this.#family = undefined;
  }

  setNative(reader: ByteReader): void {
    this.#readRows(reader, this.#native, () => ({
      schema: reader.integer(),
      zeroThreshold: reader.number(),
      zeroCount: reader.number(),
      ...readSides(reader),
    }));
  }

  setSketches(reader: ByteReader): void {
    this.#readRows(reader, this.#sketches, () => ({ zeroCount: reader.number(), ...readSides(reader) }));
  }

  setExemplars(reader: ByteReader): void {
    this.#readRows(reader, this.#exemplars, () =>
      Array.from({ length: reader.integer() }, () => {
        const bucket = reader.integer();
        const value = reader.number();
        const timestampMs = reader.number();
        const labels = JSON.parse(reader.text()) as readonly Label[];
        return { bucket, exemplar: { labels, value, ...(!Number.isNaN(timestampMs) && { timestampMs }) } };
      }),
    );
  }

  #readRows<T>(reader: ByteReader, rows: T[], read: () => T): void {
    for (let row = reader.integer(); row >= 0; row = reader.integer()) {
      if (row >= this.#size) throw new RangeError('A series is missing');
      // Without holes, which would make the array slow.
      while (rows.length < row) rows.push(undefined as T);
      rows[row] = read();
    }
    this.#family = undefined;
  }

  #widthOf(column: NumberColumn): number {
    return isWide(column) ? this.#definition.layout.width : 1;
  }

  #none(column: NumberColumn, length = 0): Numbers {
    return column === 'absent' ? new Uint8Array(length) : new Float64Array(length).fill(initialNumber(column));
  }

  #create(): MetricFamily {
    const { columns, hasNative, relativeError, help, unit, merge, scope, ...definition } = this.#definition;
    const copy = (column: NumberColumn) => this.#columns.get(column)!.slice(0, this.#size * this.#widthOf(column));
    const exemplars = this.#exemplarColumns();
    return createFamily({
      ...definition,
      ...(help !== undefined && { help }),
      ...(unit !== undefined && { unit }),
      ...(merge !== undefined && { merge }),
      ...(scope !== undefined && { scope }),
      dictionaries: this.#dictionaries.map((values) => [...values]),
      size: this.#size,
      labelIds: this.#labelIds,
      values: copy('values') as Float64Array,
      ...(Object.fromEntries(columns.map((column) => [column, copy(column)])) as Partial<MetricFamily>),
      ...(hasNative && { native: this.#nativeColumns() }),
      ...(relativeError !== undefined && { sketch: this.#sketchColumns(relativeError) }),
      ...(exemplars !== undefined && { exemplars }),
    });
  }

  #nativeColumns(): NativeColumns {
    const rows = Array.from({ length: this.#size }, (_, row) => this.#native[row]);
    return {
      schemas: Int8Array.from(rows, (row) => row?.schema ?? NO_NATIVE),
      zeroThresholds: Float64Array.from(rows, (row) => row?.zeroThreshold ?? 0),
      zeroCounts: Float64Array.from(rows, (row) => row?.zeroCount ?? 0),
      positive: bucketColumns(rows.map((row) => row?.positive)),
      negative: bucketColumns(rows.map((row) => row?.negative)),
    };
  }

  #sketchColumns(relativeError: number): SketchColumns {
    const rows = Array.from({ length: this.#size }, (_, row) => this.#sketches[row]);
    return {
      relativeError,
      zeroCounts: Float64Array.from(rows, (row) => row?.zeroCount ?? 0),
      positive: bucketColumns(rows.map((row) => row?.positive)),
      negative: bucketColumns(rows.map((row) => row?.negative)),
    };
  }

  #exemplarColumns(): ExemplarColumns | undefined {
    const all = this.#exemplars.flatMap((row) => row ?? []);
    if (all.length === 0) return undefined;
    const offsets = new Int32Array(this.#size + 1);
    for (let row = 0; row < this.#size; row++) offsets[row + 1] = offsets[row]! + (this.#exemplars[row]?.length ?? 0);
    return {
      offsets,
      exemplars: all.map(({ exemplar }) => exemplar),
      buckets: Int32Array.from(all, ({ bucket }) => bucket),
    };
  }
}

function readSides(reader: ByteReader): Sides {
  return { positive: readBuckets(reader), negative: readBuckets(reader) };
}

function readBuckets(reader: ByteReader): Buckets {
  const length = reader.integer();
  return { indexes: reader.integers(length), counts: reader.numbers(length) };
}

function bucketColumns(rows: readonly (Buckets | undefined)[]): BucketColumns {
  const offsets = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => {
    offsets[i + 1] = offsets[i]! + (row?.indexes.length ?? 0);
  });
  const indexes = new Int32Array(offsets.at(-1)!);
  const counts = new Float64Array(indexes.length);
  rows.forEach((row, i) => {
    if (row === undefined) return;
    indexes.set(row.indexes, offsets[i]!);
    counts.set(row.counts, offsets[i]!);
  });
  return { offsets, indexes, counts };
}
