import type { Group } from '../group.ts';
import { mergeRow, publishRow } from '../rows/cluster-rows.ts';

/** Cost of one `/metrics` for many processes. */
export const group: Group = {
  title: 'many processes',
  rows({ series }) {
    return [mergeRow(), publishRow(`${series.toLocaleString('en')} counter series`)];
  },
};
