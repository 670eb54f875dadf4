import {
  bucketCount,
  createFamily,
  formatGoFloat,
  hasCount,
  hasNumber,
  type MetricFamily,
  totalCount,
} from '@promwright/model';
import type { FormatRules } from './format-rules.ts';

/** One kind of sample of a family: the whole sample name, and the label that tells its samples apart. */
interface Part {
  readonly name: string;
  /** Name of the label `le`, `quantile` or of the state. */
  readonly label?: string;
  /** Values of the label, one for each number; a part without a label has a single number. */
  readonly labelValues: readonly string[];
  /** Returns true if a row has a number. Called in rising order of the numbers, before `read`. */
  has(row: number, number: number): boolean;
  read(row: number, number: number): number;
}

/**
 * Returns the samples of a family as families of type unknown, one for each sample name: `x_bucket` with the label `le`,
 * `x_sum`, `x_count`, quantiles as `x`. A server stores the same samples from them as from the family.
 * @param name name of the family as written, after escaping
 */
export function flattenFamily(family: MetricFamily, name: string, rules: FormatRules): MetricFamily[] {
  return partsOf(family, name, rules)
    .map((part) => flatFamily(family, part))
    .filter(({ size }) => size > 0);
}

/** Returns the names of the families that `flattenFamily` may return. */
export function flatNames({ layout, type }: MetricFamily, name: string, rules: FormatRules): readonly string[] {
  const { sum, count } = rules.suffixes(type);
  if (layout.kind === 'classic') return [`${name}_bucket`, name + sum, name + count];
  return layout.kind === 'quantile' ? [name, name + sum, name + count] : [name];
}

function partsOf(family: MetricFamily, name: string, rules: FormatRules): Part[] {
  const { layout, values } = family;
  const at = (row: number, offset: number) => values[row * layout.width + offset]!;
  const has = (row: number, offset: number) => hasNumber(family, row, offset);
  switch (layout.kind) {
    case 'scalar':
      return [{ name, labelValues: [''], has: () => true, read: at }];
    case 'state':
      return [{ name, label: family.name, labelValues: layout.states, has, read: at }];
    case 'quantile':
      return [{ name, label: 'quantile', labelValues: texts(layout.quantiles), has, read: at }, ...totals()];
    case 'classic': {
      let below = 0;
      const read = (row: number, bucket: number) => {
        below = bucketCount(family, layout, row, bucket, below);
        return below;
      };
      const hasBucket = (row: number, bucket: number) => {
        if (bucket === 0) below = 0;
        return hasNumber(family, row, bucket);
      };
      const labelValues = [...texts(layout.bounds), '+Inf'];
      return [{ name: `${name}_bucket`, label: 'le', labelValues, has: hasBucket, read }, ...totals()];
    }
  }

  function totals(): Part[] {
    if (layout.kind !== 'classic' && layout.kind !== 'quantile') return [];
    const { sum, count } = rules.suffixes(family.type);
    return [
      {
        name: name + sum,
        labelValues: [''],
        has: (row) => hasNumber(family, row, layout.sum),
        read: (row) => at(row, layout.sum),
      },
      {
        name: name + count,
        labelValues: [''],
        has: (row) => hasCount(family, layout, row),
        read: (row) => totalCount(family, layout, row),
      },
    ];
  }
}

/** Formats bounds as the server does for histograms, in every format. */
function texts(numbers: Float64Array): string[] {
  return Array.from(numbers, (number) => formatGoFloat(number, true));
}

function flatFamily(family: MetricFamily, { name, label, labelValues, has, read }: Part): MetricFamily {
  const { size, labelIds, timestampMs, help } = family;
  const labelWidth = family.labelNames.length;
  const width = labelWidth + (label === undefined ? 0 : 1);
  const limit = size * labelValues.length;
  const ids = new Int32Array(limit * width);
  const values = new Float64Array(limit);
  const times = timestampMs === undefined ? undefined : new Float64Array(limit);
  let rows = 0;
  for (let row = 0; row < size; row++) {
    for (let number = 0; number < labelValues.length; number++) {
      if (!has(row, number)) continue;
      ids.set(labelIds.subarray(row * labelWidth, (row + 1) * labelWidth), rows * width);
      if (label !== undefined) ids[rows * width + labelWidth] = number;
      values[rows] = read(row, number);
      if (times !== undefined) times[rows] = timestampMs![row]!;
      rows++;
    }
  }
  return createFamily({
    name,
    type: 'unknown',
    ...(help !== undefined && { help }),
    constLabels: family.constLabels,
    labelNames: label === undefined ? family.labelNames : [...family.labelNames, label],
    dictionaries: label === undefined ? family.dictionaries : [...family.dictionaries, labelValues],
    size: rows,
    labelIds: ids.subarray(0, rows * width),
    values: values.subarray(0, rows),
    layout: { kind: 'scalar', width: 1 },
    ...(times !== undefined && { timestampMs: times.subarray(0, rows) }),
  });
}
