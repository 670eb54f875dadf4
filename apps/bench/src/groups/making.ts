import type { Group } from '../group.ts';
import { metricRow, seriesRow } from '../rows/making-rows.ts';

/** Cost of creating metrics and series. */
export const group: Group = {
  title: 'creating metrics and series',
  rows({ series }) {
    return [seriesRow(Math.ceil(series / 2)), metricRow()];
  },
};
