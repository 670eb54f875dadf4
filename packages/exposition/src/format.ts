import type { EscapingScheme } from '@promwright/model';

/** Exposition format, as negotiated with the client. */
export interface Format {
  readonly type: 'text' | 'openmetrics' | 'protobuf';
  /** Version of the format: `0.0.4` or `1.0.0` for text, `1.0.0` or `2.0.0` for OpenMetrics, empty for protobuf. */
  readonly version: string;
  /** Scheme that escapes names with characters outside the classic set. */
  readonly escaping: EscapingScheme;
  /** Value of the header `Content-Type`, with version and charset. */
  readonly contentType: string;
}

/** Prometheus text 0.0.4, which every client understands. */
export const TEXT_FORMAT: Format = Object.freeze({
  type: 'text',
  version: '0.0.4',
  escaping: 'underscores',
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
});
