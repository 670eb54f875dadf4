export { ExpositionWriter, type ExpositionWriterOptions } from './exposition-writer.ts';
export { type Format, TEXT_FORMAT } from './format.ts';
export { type FormatOptions, formatOpenMetrics, formatText } from './format-families.ts';
export { negotiate } from './negotiate.ts';
