export { parse } from './parse.ts';
export { ParseError, type ParseErrorDetails } from './parse-error.ts';
export { type ParseOpenMetricsOptions, parseOpenMetrics } from './parse-open-metrics.ts';
export { parseProtobuf } from './parse-protobuf.ts';
export { parseStream } from './parse-stream.ts';
export { type ParseTextOptions, parseText } from './parse-text.ts';
