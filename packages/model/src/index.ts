export { abortable } from './abortable.ts';
export { type BackoffOptions, backoffMs } from './backoff.ts';
export { checkBoolean } from './check-boolean.ts';
export { checkFamily } from './check-family.ts';
export { checkWhole } from './check-whole.ts';
export type {
  CollectContext,
  Collector,
  FamilyDescription,
  Gatherer,
  GatherOptions,
  Registerer,
} from './collector.ts';
export { concatFamilies } from './concat-families.ts';
export { createFamily, type FamilyColumns } from './create-family.ts';
export { type Credentials, checkCredentials } from './credentials.ts';
export { defaultGatherer, defaultRegisterer, shareDefaultRegistry } from './default-registry.ts';
export { type EscapingScheme, escapeName, unescapeName } from './escape-name.ts';
export { type FamilyInput, familyFromRows, type RowInput } from './family-from-rows.ts';
export { type GatherWithinOptions, gatherWithin } from './gather-within.ts';
export { checkGatherers, gathererFrom } from './gatherer-from.ts';
export { keepRunning } from './keep-running.ts';
export { type LabelValue, labelText } from './label-value.ts';
export { labelsAt } from './labels-at.ts';
export { MAX_TIMER_MS } from './max-timer-ms.ts';
export { mergeGatherers } from './merge-gatherers.ts';
export {
  type BucketColumns,
  type ClassicLayout,
  type Exemplar,
  type ExemplarColumns,
  type Label,
  type Layout,
  type MergeMode,
  type MetricFamily,
  type MetricScope,
  type MetricType,
  type NativeColumns,
  NO_NATIVE,
  type QuantileLayout,
  type ScalarLayout,
  type SketchColumns,
  type StateLayout,
} from './metric-family.ts';
export { checkLabelName, checkMetricName, isClassicLabelName, isClassicMetricName } from './names.ts';
export { Outage } from './outage.ts';
export { describeValue, PromwrightError, type PromwrightErrorCode, rangeError, typeError } from './promwright-error.ts';
export { reasonOf } from './reason-of.ts';
export { type Repetition, repeat } from './repeat.ts';
export { reservedNames } from './reserved-names.ts';
export type {
  HistogramRow,
  NativeRow,
  Row,
  RowBase,
  RowExemplar,
  ScalarRow,
  StateSetRow,
  SummaryRow,
} from './row.ts';
export { goFloat, type Sample, samples } from './samples.ts';
export { type TextType, textTypeOf } from './text-type.ts';
export { wrongKind } from './wrong-kind.ts';
