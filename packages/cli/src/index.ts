export type { CommandIo, OutputStream } from './command-io.ts';
export {
  diffFamilies,
  type FamiliesDiff,
  type FamilyChange,
  type FamilyTitle,
  type SetChange,
  type ValueChange,
} from './diff-families.ts';
export { run } from './run.ts';
export { type LabelCount, type MetricCount, type SeriesCounts, seriesCounts } from './series-counts.ts';
