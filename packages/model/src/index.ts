export { checkDescription, checkFamily } from './check-family.ts';
export { checkBoolean, checkInteger, checkOneOf, MAX_TIMER_MS } from './check-option.ts';
export { checkOptionNames } from './check-option-names.ts';
export {
  type CollectContext,
  type Collector,
  DEFAULT_COLLECTOR_TIMEOUT_MS,
  type FamilyDescription,
  type Gatherer,
  type GatherOptions,
  type MetricSettings,
  type Registerer,
} from './collector.ts';
export { type ConcatOptions, concatFamilies } from './concat-families.ts';
export { createFamily, type FamilyColumns } from './create-family.ts';
export { defaultGatherer, defaultRegisterer, shareDefaultRegistry } from './default-registry.ts';
export {
  describeValue,
  errorMessage,
  optionTypeError,
  PromwrightError,
  type PromwrightErrorCode,
  rangeError,
  typeError,
} from './errors.ts';
export { type EscapingScheme, escapeName, unescapeName } from './escape-name.ts';
export { type FamilyInput, familyFromRows, type RowInput } from './family-from-rows.ts';
export { firstRows } from './first-rows.ts';
export { flatCopy, internedCopy } from './flat-copy.ts';
export { isLabelObject } from './is-label-object.ts';
export { isThenable } from './is-thenable.ts';
export { formatLabelValue, type LabelValue, labelValueText } from './label-value.ts';
export { type LegacyType, legacyType } from './legacy-type.ts';
export { mergeGatherers } from './merge-gatherers.ts';
export {
  type BucketColumns,
  type ClassicLayout,
  type Exemplar,
  type ExemplarColumns,
  type HistogramRow,
  type Label,
  type Layout,
  type MergeMode,
  type MetricFamily,
  type MetricScope,
  type MetricType,
  type NativeColumns,
  type NativeRow,
  NO_NATIVE,
  type QuantileLayout,
  type Row,
  type RowBase,
  type RowExemplar,
  type ScalarLayout,
  type ScalarRow,
  SKETCH_INFINITY,
  type SketchColumns,
  type StateLayout,
  type StateSetRow,
  type SummaryRow,
} from './metric-family.ts';
export {
  checkLabelName,
  checkMetricName,
  isClassicLabelName,
  isClassicMetricName,
  type NameValidationScheme,
} from './names.ts';
export { nearestName } from './nearest-name.ts';
export { notify } from './notify.ts';
export { processState } from './process-state.ts';
export { bucketCount, hasCount, hasNumber, totalCount } from './read-row.ts';
export { reservedNames } from './reserved-names.ts';
export { labelsOfRow } from './rows.ts';
export { formatGoFloat, type Sample, samples } from './samples.ts';
