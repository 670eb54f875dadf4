import { formatGoFloat, type Label, type MetricFamily } from '@promwright/model';

/** One of the numbers that every series of a family has. */
export interface Slot {
  /** Behind the name of the family. */
  readonly suffix: string;
  /** The label that tells it from the other numbers of the same suffix. */
  readonly extra?: Label;
  /** Whether it only rises, so that it has a meaning as a difference. */
  readonly isCounter: boolean;
  /** The number of a series; `undefined` where that lacks it. Asked once for every slot of a series, in order. */
  read(point: number): number | undefined;
}

/**
 * The numbers of each series of a family, with the suffixes and labels of the text format: what `samples` of the model gives
 * one object at a time, which takes nine times as long. A count stands before the sum, because it tells whether that began
 * anew. A histogram of native buckets alone has a count and a sum.
 */
export function familySlots(family: MetricFamily): readonly Slot[] {
  const { layout, type, values } = family;
  const { width } = layout;
  const at = (offset: number) => (point: number) => values[point * width + offset];
  switch (layout.kind) {
    case 'scalar':
      return [{ suffix: '', isCounter: type === 'counter', read: at(0) }];
    case 'state':
      return layout.states.map((state, i) => ({
        suffix: '',
        extra: { name: family.name, value: state },
        isCounter: false,
        read: (point) => (values[point * width + i] === 1 ? 1 : 0),
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
      const buckets = Array.from({ length: layout.bounds.length + 1 }, (_, i): Slot => {
        return {
          suffix: '_bucket',
          extra: { name: 'le', value: formatGoFloat(layout.bounds[i] ?? Number.POSITIVE_INFINITY) },
          isCounter,
          read(point) {
            const stored = values[point * width + i]!;
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
      return rest.map((slot) => ({
        ...slot,
        read(point) {
          only!.read(point);
          return slot.read(point);
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
): readonly Slot[] {
  const slots: Slot[] = [];
  if (count >= 0 || total !== undefined) {
    const read = (point: number) => {
      const stored = count < 0 ? Number.NaN : values[point * width + count]!;
      return Number.isNaN(stored) ? total?.() : stored;
    };
    slots.push({ suffix: '_count', isCounter, read });
  }
  if (sum >= 0) {
    const read = (point: number) => (absentSums?.[point] === 1 ? undefined : values[point * width + sum]);
    slots.push({ suffix: '_sum', isCounter, read });
  }
  return slots;
}
