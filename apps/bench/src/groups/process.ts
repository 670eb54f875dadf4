import type { Group } from '../group.ts';
import { collectionRow, idleRow, longestHoldRow } from '../rows/process-rows.ts';

/** Cost of collecting metrics of the process and the runtime. */
export const group: Group = {
  title: 'metrics of the process',
  rows: () => [
    idleRow('an idle process, default metrics on, scraped once a second'),
    collectionRow('one collection of all default metrics'),
    longestHoldRow('longest hold of the event loop by one collection of the process and its cgroup'),
  ],
};
