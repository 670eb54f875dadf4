import type { Group } from '../group.ts';
import { counterMemoryRow, histogramMemoryRow, labelValueMemoryRow, summaryMemoryRow } from '../rows/memory-rows.ts';

/** Memory of series. */
export const group: Group = {
  title: 'memory kept',
  rows({ series }) {
    const tenth = Math.ceil(series / 10);
    return [
      counterMemoryRow(`${series.toLocaleString('en')} series`, () => series),
      labelValueMemoryRow(`${series.toLocaleString('en')} series`, () => series),
      histogramMemoryRow(`${tenth.toLocaleString('en')} series`, () => tenth),
      histogramMemoryRow(`${series.toLocaleString('en')} series`, () => series),
      summaryMemoryRow(),
    ];
  },
};
