import { checkOptionNames } from './check-option-names.ts';
import { createFamily } from './create-family.ts';
import { PromwrightError } from './errors.ts';
import { firstRows } from './first-rows.ts';
import {
  type BucketColumns,
  type ExemplarColumns,
  type Layout,
  type MetricFamily,
  NO_NATIVE,
} from './metric-family.ts';

/** Options of {@link concatFamilies}. */
export interface ConcatOptions {
  /** True to accept series with the same labels in two families, such as samples at different times. Default false. */
  readonly allowRepeated?: boolean;
}

const OPTION_NAMES: readonly string[] = Object.keys({ allowRepeated: true } satisfies Record<
  keyof ConcatOptions,
  true
>);

/**
 * Creates one family with the series of several families of the same name, type and layout. Help, unit and merge mode
 * are those of the first family.
 * @throws with code `CLASHING_NAME` if types or layouts differ, or if two families have a series with the same labels;
 *   `INVALID_OPTION` for an unknown option
 */
export function concatFamilies(
  families: readonly [MetricFamily, ...MetricFamily[]],
  options: ConcatOptions = {},
): MetricFamily {
  checkOptionNames('concatFamilies', options, OPTION_NAMES);
  const [first] = families;
  if (families.length === 1) return first;
  for (const family of families) {
    if (family.type !== first.type || layoutKey(family.layout) !== layoutKey(first.layout)) {
      throw new PromwrightError(
        'CLASHING_NAME',
        `Family "${first.name}" must have the same type and layout in all gatherers`,
      );
    }
  }
  const labels = concatLabels(families);
  const size = families.reduce((sum, family) => sum + family.size, 0);
  if (options.allowRepeated !== true && firstRows({ ...labels, size }, false) !== undefined) {
    throw new PromwrightError('CLASHING_NAME', `Family "${first.name}" must not have the same series in two gatherers`);
  }
  // No single instrument remains to identify. Sketches serve only to merge series, which does not happen here.
  const { sketch: _, identity: __, layoutVersion: ___, ...rest } = first;
  const optional = <T>(key: keyof MetricFamily, column: T | undefined) =>
    column === undefined ? {} : { [key]: column };
  return createFamily({
    ...rest,
    constLabels: [],
    ...labels,
    size,
    values: concatNumbers(families.map(({ size, values, layout }) => values.subarray(0, size * layout.width))),
    ...optional('absent', concatAbsent(families)),
    ...optional(
      'startMs',
      concatOptional(families, (family) => family.startMs),
    ),
    ...optional(
      'timestampMs',
      concatOptional(families, (family) => family.timestampMs),
    ),
    ...optional('exemplars', concatExemplars(families)),
    ...optional('native', concatNative(families)),
  });
}

function layoutKey(layout: Layout): string {
  const { kind, width } = layout;
  switch (kind) {
    case 'scalar':
      return `${kind} ${width}`;
    case 'classic':
      return `${kind} ${width} ${layout.cumulative} ${layout.sum} ${layout.count} ${layout.bounds.join()}`;
    case 'quantile':
      return `${kind} ${width} ${layout.sum} ${layout.count} ${layout.quantiles.join()}`;
    case 'state':
      return `${kind} ${JSON.stringify(layout.states)}`;
  }
}

/** Returns the label columns. Constant labels become ordinary labels, because they may differ between the families. */
function concatLabels(
  families: readonly MetricFamily[],
): Pick<MetricFamily, 'labelNames' | 'dictionaries' | 'labelIds'> {
  const labelNames = [
    ...new Set(families.flatMap((family) => [...family.constLabels.map(({ name }) => name), ...family.labelNames])),
  ];
  const width = labelNames.length;
  const ids = labelNames.map(() => new Map<string, number>());
  const idOf = (column: number, value: string) => {
    const known = ids[column]!.get(value);
    if (known !== undefined) return known;
    const id = ids[column]!.size;
    ids[column]!.set(value, id);
    return id;
  };
  const labelIds = new Int32Array(families.reduce((size, family) => size + family.size, 0) * width).fill(-1);
  let row = 0;
  for (const family of families) {
    const constant = family.constLabels.map(({ name, value }) => {
      const column = labelNames.indexOf(name);
      return { column, id: idOf(column, value) };
    });
    const columns = family.labelNames.map((name) => labelNames.indexOf(name));
    const renumbered = family.dictionaries.map((values, i) => values.map((value) => idOf(columns[i]!, value)));
    for (let i = 0; i < family.size; i++, row++) {
      for (const { column, id } of constant) labelIds[row * width + column] = id;
      columns.forEach((column, j) => {
        const id = family.labelIds[i * columns.length + j]!;
        if (id >= 0) labelIds[row * width + column] = renumbered[j]![id]!;
      });
    }
  }
  return { labelNames, dictionaries: ids.map((map) => [...map.keys()]), labelIds };
}

function concatNumbers(columns: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(columns.reduce((length, column) => length + column.length, 0));
  let at = 0;
  for (const column of columns) {
    all.set(column, at);
    at += column.length;
  }
  return all;
}

function concatOptional(
  families: readonly MetricFamily[],
  columnOf: (family: MetricFamily) => Float64Array | undefined,
): Float64Array | undefined {
  if (families.every((family) => columnOf(family) === undefined)) return undefined;
  return concatNumbers(
    families.map(
      (family) => columnOf(family)?.subarray(0, family.size) ?? new Float64Array(family.size).fill(Number.NaN),
    ),
  );
}

function concatAbsent(families: readonly MetricFamily[]): Uint8Array | undefined {
  if (families.every(({ absent }) => absent === undefined)) return undefined;
  const all = new Uint8Array(families.reduce((length, { size, layout }) => length + size * layout.width, 0));
  let at = 0;
  for (const { size, layout, absent } of families) {
    if (absent !== undefined) all.set(absent.subarray(0, size * layout.width), at);
    at += size * layout.width;
  }
  return all;
}

/** Returns the offsets of consecutive columns, joined. */
function concatOffsets(
  parts: readonly { readonly size: number; readonly offsets: Int32Array | undefined }[],
): Int32Array {
  const all = new Int32Array(parts.reduce((size, part) => size + part.size, 0) + 1);
  let row = 0;
  for (const { size, offsets } of parts) {
    const start = all[row]!;
    for (let i = 1; i <= size; i++) all[row + i] = start + (offsets?.[i] ?? 0);
    row += size;
  }
  return all;
}

function concatExemplars(families: readonly MetricFamily[]): ExemplarColumns | undefined {
  if (families.every(({ exemplars }) => exemplars === undefined)) return undefined;
  return {
    offsets: concatOffsets(families.map(({ size, exemplars }) => ({ size, offsets: exemplars?.offsets }))),
    exemplars: families.flatMap(({ exemplars }) => exemplars?.exemplars ?? []),
    buckets: Int32Array.from(families.flatMap(({ exemplars }) => [...(exemplars?.buckets ?? [])])),
  };
}

function concatNative(families: readonly MetricFamily[]): MetricFamily['native'] {
  if (families.every(({ native }) => native === undefined)) return undefined;
  const numbers = (columnOf: (native: NonNullable<MetricFamily['native']>) => Float64Array) =>
    concatNumbers(families.map(({ size, native }) => (native ? columnOf(native) : new Float64Array(size))));
  return {
    schemas: Int8Array.from(
      families.flatMap(({ size, native }) => [...(native?.schemas ?? new Int8Array(size).fill(NO_NATIVE))]),
    ),
    zeroThresholds: numbers(({ zeroThresholds }) => zeroThresholds),
    zeroCounts: numbers(({ zeroCounts }) => zeroCounts),
    positive: concatBuckets(families, 'positive'),
    negative: concatBuckets(families, 'negative'),
  };
}

function concatBuckets(families: readonly MetricFamily[], side: 'positive' | 'negative'): BucketColumns {
  const parts = families.map(({ size, native }) => ({ size, ...native?.[side] }));
  const indexes = parts.flatMap((part) => [...(part.indexes ?? [])]);
  return {
    offsets: concatOffsets(parts.map(({ size, offsets }) => ({ size, offsets }))),
    indexes: Int32Array.from(indexes),
    counts: concatNumbers(parts.map(({ counts }) => counts ?? new Float64Array(0))),
  };
}
