import { formatGoFloat, type Label, type MetricFamily } from '@promwright/model';

/** One of the numbers that every series of a family has. */
export interface SampleColumn {
  /** Behind the name of the family. */
  readonly suffix: string;
  /** The label that tells it from the other numbers of the same suffix. */
  readonly extra?: Label;
  /** Whether it only rises, so that it has a meaning as a difference. */
  readonly isCounter: boolean;
  /** The number of a series; `undefined` where that lacks it. Asked once for every column of a series, in order. */
  read(row: number): number | undefined;
}

/**
 * The numbers of each series of a family, with the suffixes and labels of the text format: what `samples` of the model gives
 * one object at a time, which takes nine times as long. A count stands before the sum, because it tells whether that began
 * anew. A histogram of native buckets alone has a count and a sum.
 */
export function sampleColumns(family: MetricFamily): readonly SampleColumn[] {
  const { layout, type, values } = family;
  const { width } = layout;
  const at = (offset: number) => (row: number) => values[row * width + offset];
  switch (layout.kind) {
    case 'scalar':
      return [{ suffix: '', isCounter: type === 'counter', read: at(0) }];
    case 'state':
      return layout.states.map((state, i) => ({
        suffix: '',
        extra: { name: family.name, value: state },
        isCounter: false,
        read: (row) => (values[row * width + i] === 1 ? 1 : 0),
      }));
    case 'quantile':
      return [
        ...Array.from(layout.quantiles, (quantile, i) => ({
          suffix: '',
          extra: { name: 'quantile', value: formatGoFloat(quantile) },
          isCounter: false,
          read: at(i),
        })),
        ...countAndSum(family, layout.count, layout.sum, undefined, true),
      ];
    case 'classic': {
      const isCounter = type === 'histogram';
      let total = 0;
      const buckets = Array.from({ length: layout.bounds.length + 1 }, (_, i): SampleColumn => {
        return {
          suffix: '_bucket',
          extra: { name: 'le', value: formatGoFloat(layout.bounds[i] ?? Number.POSITIVE_INFINITY) },
          isCounter,
          read(row) {
            const stored = values[row * width + i]!;
            if (i === 0) total = 0;
            // This series has no such bucket.
            if (Number.isNaN(stored)) return undefined;
            total = layout.cumulative ? stored : total + stored;
            return total;
          },
        };
      });
      const rest = countAndSum(family, layout.count, layout.sum, () => total, isCounter);
      if (layout.bounds.length > 0) return [...buckets, ...rest];
      // The only bucket is the count once more; but where none is stored, it is the count.
      const [only] = buckets;
      return rest.map((column) => ({
        ...column,
        read(row) {
          only!.read(row);
          return column.read(row);
        },
      }));
    }
  }
}

function countAndSum(
  { values, layout: { width }, absentSums }: MetricFamily,
  count: number,
  sum: number,
  total: (() => number) | undefined,
  isCounter: boolean,
): readonly SampleColumn[] {
  const columns: SampleColumn[] = [];
  if (count >= 0 || total !== undefined) {
    const read = (row: number) => {
      const stored = count < 0 ? Number.NaN : values[row * width + count]!;
      return Number.isNaN(stored) ? total?.() : stored;
    };
    columns.push({ suffix: '_count', isCounter, read });
  }
  if (sum >= 0) {
    const read = (row: number) => (absentSums?.[row] === 1 ? undefined : values[row * width + sum]);
    columns.push({ suffix: '_sum', isCounter, read });
  }
  return columns;
}
