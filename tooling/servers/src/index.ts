export {
  type CarbonOptions,
  CarbonServer,
  type CarbonVersion,
  type GraphitePoint,
  type GraphiteSeries,
  startCarbon,
} from './carbon.ts';
export { debianPackages } from './debian-packages.ts';
export type { DebianSuite } from './debian-sources.ts';
export { type BinaryOptions, type FoundBinary, findBinary } from './find-binary.ts';
export { findExecutable } from './find-executable.ts';
export { type FullListener, startFullListener } from './full-listener.ts';
export {
  type DocumentVerdict,
  type JudgeOptions,
  judgeDocuments,
  type ScrapeVerdict,
  type StoredSample,
  type WireDocument,
} from './judge-documents.ts';
export { type Authority, type Certificate, makeAuthority, makeCertificate } from './make-certificate.ts';
export {
  type OpenMetricsExemplar,
  type OpenMetricsFamily,
  type OpenMetricsResult,
  type OpenMetricsSample,
  parseAllOpenMetricsStrictly,
  parseOpenMetricsStrictly,
  pythonWithClient,
} from './openmetrics-parser.ts';
export {
  type PrometheusOptions,
  PrometheusServer,
  type PrometheusVersion,
  type ScrapeProtocol,
  startPrometheus,
  type Target,
} from './prometheus.ts';
export {
  type ExemplarSeries,
  type InstantSample,
  type MetricMetadata,
  type NativeHistogram,
  type Point,
  PrometheusApi,
  type RangeSeries,
  type ScrapedTarget,
  type TargetMetadata,
  type UntilOptions,
} from './prometheus-api.ts';
export { type PromtoolResult, promtoolCheckMetrics } from './promtool.ts';
export {
  type PushedFamily,
  type PushedGroup,
  type PushedMetric,
  type PushgatewayOptions,
  PushgatewayServer,
  type PushgatewayVersion,
  startPushgateway,
} from './pushgateway.ts';
export { type RunOptions, type RunResult, runToEnd } from './run-to-end.ts';
export { freePort, type ProcessOptions, type RunningProcess, startProcess } from './start-process.ts';
export {
  startVictoriaMetrics,
  type VictoriaMetricsOptions,
  type VictoriaMetricsSeries,
  VictoriaMetricsServer,
  type VictoriaMetricsVersion,
} from './victoria-metrics.ts';
