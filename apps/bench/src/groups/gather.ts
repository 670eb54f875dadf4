import type { Group } from '../group.ts';
import { gatherAllocationRow, gatherTimeRow } from '../rows/gather-rows.ts';

/** What a snapshot for a scrape costs, before it is rendered. */
export const group: Group = {
  title: 'snapshots',
  rows({ series }) {
    const size = `${series.toLocaleString('en')} counter series`;
    return [gatherTimeRow(size), gatherAllocationRow(size)];
  },
};
