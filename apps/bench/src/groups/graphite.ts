import type { Group } from '../group.ts';
import { linesRow, longestSendRows } from '../rows/graphite-rows.ts';

/** Cost of sending metrics to Graphite. */
export const group: Group = {
  title: 'metrics to Graphite',
  rows({ series }) {
    return [
      linesRow(`${series.toLocaleString('en')} lines to a process of its own`),
      ...longestSendRows(`longest hold of the event loop, ${(series * 10).toLocaleString('en')} lines`),
    ];
  },
};
