import type { Group } from '../group.ts';
import { adapterRow, coreRow } from '../rows/start-up-rows.ts';

/** Time that a program waits for its metrics library to load. */
export const group: Group = {
  title: 'loading in a fresh process',
  rows: () => [coreRow('import'), coreRow('require'), adapterRow('import'), adapterRow('require')],
};
