export { ExpositionWriter, type ExpositionWriterOptions } from './exposition-writer.ts';
export { type Format, TEXT_FORMAT } from './format.ts';
export { formatOpenMetrics, formatText, type OpenMetricsOptions, type TextOptions } from './format-families.ts';
export { formatProtobuf, type ProtobufOptions } from './format-protobuf.ts';
export { negotiate } from './negotiate.ts';
export type { OnOmitted } from './on-omitted.ts';
export { parseWeight } from './parse-weight.ts';
