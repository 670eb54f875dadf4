import type { Group } from '../group.ts';
import { fewLabelSets, manyLabelSets } from '../label-sets.ts';
import { bareCounterRow, boundRow, counterRows } from '../rows/counter-rows.ts';
import { histogramRows } from '../rows/histogram-rows.ts';
import { manyCountersRow } from '../rows/many-counters-row.ts';
import { nativeHistogramRow } from '../rows/native-histogram-row.ts';
import { summaryRow } from '../rows/summary-row.ts';

/** Cost of counting and observing. */
export const group: Group = {
  title: 'counting and observing',
  rows({ series }) {
    const few = '180 label sets';
    const many = `${series.toLocaleString('en')} label sets`;
    return [
      bareCounterRow(),
      ...counterRows(few, fewLabelSets),
      boundRow(),
      ...histogramRows(few, fewLabelSets),
      ...counterRows(many, () => manyLabelSets(series)),
      ...histogramRows(many, () => manyLabelSets(series)),
      manyCountersRow(),
      nativeHistogramRow(),
      summaryRow(),
    ];
  },
};
