export { type JoinedProcesses, type JoinOptions, joinProcesses } from './join-processes.ts';
export { type MemberFamilies, type MergeConflict, type MergeOptions, mergeFamilies } from './merge/merge-families.ts';
export { type ReadOptions, readProcesses } from './read-processes.ts';
