export { type JoinOptions, joinProcesses } from './join-processes.ts';
export type { JoinedProcesses } from './joined-gatherer.ts';
export { type MemberFamilies, type MergeConflict, type MergeOptions, mergeFamilies } from './merge/merge-families.ts';
