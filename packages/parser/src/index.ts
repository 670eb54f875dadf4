export { type ParseOpenMetricsOptions, parseOpenMetrics } from './openmetrics/parse-open-metrics.ts';
export { parse } from './parse.ts';
export { ParseError, type ParseErrorDetails } from './parse-error.ts';
export type { ParseOptions } from './parse-options.ts';
export { parseStream } from './parse-stream.ts';
export { parseProtobuf } from './protobuf/parse-protobuf.ts';
export { type ParseTextOptions, parseText } from './text/parse-text.ts';
