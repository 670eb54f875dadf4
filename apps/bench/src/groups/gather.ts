import type { Group } from '../group.ts';
import { gatherAllocationRow, gatherTimeRow } from '../rows/gather-rows.ts';

/** Cost of a snapshot for a scrape, without formatting. */
export const group: Group = {
  title: 'snapshots',
  rows({ series }) {
    const size = `${series.toLocaleString('en')} counter series`;
    return [gatherTimeRow(size), gatherAllocationRow(size)];
  },
};
