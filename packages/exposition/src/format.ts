import type { EscapingScheme } from '@promwright/model';

/** A way to write families, as it was agreed with the reader. */
export interface Format {
  readonly type: 'text' | 'openmetrics' | 'protobuf';
  /** `0.0.4` or `1.0.0` of text, `1.0.0` or `2.0.0` of OpenMetrics; empty for protobuf. */
  readonly version: string;
  /** How names outside the classic character set are written. */
  readonly escaping: EscapingScheme;
  /** For the header `Content-Type`, complete with version and charset. */
  readonly contentType: string;
}

/** Prometheus text 0.0.4, which every reader understands. */
export const TEXT_FORMAT: Format = Object.freeze({
  type: 'text',
  version: '0.0.4',
  escaping: 'underscores',
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
});
