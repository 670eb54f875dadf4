import {
  bucketCount,
  type ClassicLayout,
  formatGoFloat,
  hasCount,
  hasNumber,
  type Label,
  type MetricFamily,
  type QuantileLayout,
  totalCount,
} from '@promwright/model';

/** One sample that every series of a family has, such as the sum of a histogram. */
export interface SampleColumn {
  /** Suffix after the name of the family. */
  readonly suffix: string;
  /** Label of the part: `le`, `quantile`, or the state. */
  readonly partLabel?: Label;
  /** True if the number never falls without a reset, so that a difference has a meaning. */
  readonly isCounter: boolean;
  /**
   * Returns the number of a series; `undefined` if the series has no such number. The caller must read every column of
   * a row once, in order.
   */
  read(row: number): number | undefined;
}

/**
 * Returns the columns of a family with the suffixes and labels of the text format. The model's `samples` returns the same as
 * objects and takes nine times as long. A count precedes the sum, because the count shows that the sum was reset. A histogram
 * with only native buckets has a count and a sum.
 */
export function sampleColumns(family: MetricFamily): readonly SampleColumn[] {
  const { layout, type, values } = family;
  switch (layout.kind) {
    case 'scalar':
      return [{ suffix: '', isCounter: type === 'counter', read: (row) => values[row * layout.width] }];
    case 'state':
      return layout.states.map((state, i) => ({
        suffix: '',
        partLabel: { name: family.name, value: state },
        isCounter: false,
        read: optional(family, i),
      }));
    case 'quantile': {
      const quantiles = Array.from(layout.quantiles, (quantile, i) => ({
        suffix: '',
        partLabel: { name: 'quantile', value: formatGoFloat(quantile) },
        isCounter: false,
        read: optional(family, i),
      }));
      const count = layout.count < 0 ? [] : [countColumn(family, layout, true)];
      return [...quantiles, ...count, ...sumColumns(family, layout, true)];
    }
    case 'classic': {
      const isCounter = type === 'histogram';
      return [
        // The only bucket of a histogram without bounds is the count again.
        ...(layout.bounds.length === 0 ? [] : bucketColumns(family, layout, isCounter)),
        countColumn(family, layout, isCounter),
        ...sumColumns(family, layout, isCounter),
      ];
    }
  }
}

function bucketColumns(family: MetricFamily, layout: ClassicLayout, isCounter: boolean): SampleColumn[] {
  let below = 0;
  return Array.from({ length: layout.bounds.length + 1 }, (_, bucket): SampleColumn => {
    return {
      suffix: '_bucket',
      partLabel: { name: 'le', value: formatGoFloat(layout.bounds[bucket] ?? Number.POSITIVE_INFINITY) },
      isCounter,
      read(row) {
        if (bucket === 0) below = 0;
        if (!hasNumber(family, row, bucket)) return undefined;
        below = bucketCount(family, layout, row, bucket, below);
        return below;
      },
    };
  });
}

function countColumn(family: MetricFamily, layout: ClassicLayout | QuantileLayout, isCounter: boolean): SampleColumn {
  return {
    suffix: '_count',
    isCounter,
    read: (row) => (hasCount(family, layout, row) ? totalCount(family, layout, row) : undefined),
  };
}

function sumColumns(family: MetricFamily, layout: ClassicLayout | QuantileLayout, isCounter: boolean): SampleColumn[] {
  if (layout.sum < 0) return [];
  return [{ suffix: '_sum', isCounter, read: optional(family, layout.sum) }];
}

/** Returns a function that reads the number at an offset. */
function optional(family: MetricFamily, offset: number): (row: number) => number | undefined {
  const { values, layout } = family;
  return (row) => (hasNumber(family, row, offset) ? values[row * layout.width + offset] : undefined);
}
