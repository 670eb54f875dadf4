import type { EscapingScheme, MetricFamily } from '@promwright/model';
import { describeValue, rangeError } from '@promwright/model';
import { ByteSink } from './byte-sink.ts';
import {
  type Dialect,
  OPENMETRICS_1_CREATED_DIALECT,
  OPENMETRICS_1_DIALECT,
  OPENMETRICS_2_DIALECT,
  TEXT_DIALECT,
} from './dialect.ts';
import { linesOf, writeLines } from './family-lines.ts';

/** How to write families as Prometheus text. */
export interface TextOptions {
  /** `1.0.0` differs from `0.0.4`, the default, only in that a reader of it knows names in quotes. */
  readonly version?: '0.0.4' | '1.0.0';
  /**
   * How names outside the classic character set are written. Default `underscores`, and `allow-utf-8`, which quotes them,
   * for version 1.0.0.
   */
  readonly escaping?: EscapingScheme;
}

/** How to write families as OpenMetrics. */
export interface OpenMetricsOptions {
  /** Default `1.0.0`. `2.0.0` is as of its release candidate. */
  readonly version?: '1.0.0' | '2.0.0';
  /**
   * How names outside the classic character set are written. Default `underscores`, and `allow-utf-8`, which quotes them,
   * for version 2.0.0.
   */
  readonly escaping?: EscapingScheme;
  /**
   * Whether to write samples `_created` with the time at which a series began, in version 1.0.0. Default false, because a
   * server stores each as a series; version 2.0.0 always has the time, without a sample.
   */
  readonly created?: boolean;
}

/**
 * Families as Prometheus text, in one string. A family without series is left out, because a reader could make nothing of
 * it. Exemplars, units, start times and native buckets have no place in it. Blocks the event loop for some 0.3 microseconds
 * per line; `ExpositionWriter` works in slices instead.
 * @throws RangeError with code `INVALID_OPTION` for another version
 */
export function formatText(families: Iterable<MetricFamily>, options: TextOptions = {}): string {
  const { version = '0.0.4', escaping = version === '1.0.0' ? 'allow-utf-8' : 'underscores' } = options;
  if (version !== '0.0.4' && version !== '1.0.0') throw unknownVersion('formatText', '0.0.4 or 1.0.0', version);
  return formatAll(families, TEXT_DIALECT, escaping);
}

/**
 * Families as OpenMetrics text, in one string. In version 1.0.0 a counter whose name lacks `_total` is shown as of type
 * unknown, because there it would not be valid otherwise, and native buckets have no place. Blocks the event loop as
 * {@link formatText} does.
 * @throws RangeError with code `INVALID_OPTION` for another version
 */
export function formatOpenMetrics(families: Iterable<MetricFamily>, options: OpenMetricsOptions = {}): string {
  const {
    version = '1.0.0',
    escaping = version === '2.0.0' ? 'allow-utf-8' : 'underscores',
    created = false,
  } = options;
  switch (version) {
    case '1.0.0':
      return formatAll(families, created ? OPENMETRICS_1_CREATED_DIALECT : OPENMETRICS_1_DIALECT, escaping);
    case '2.0.0':
      return formatAll(families, OPENMETRICS_2_DIALECT, escaping);
    default:
      throw unknownVersion('formatOpenMetrics', '1.0.0 or 2.0.0', version);
  }
}

function formatAll(families: Iterable<MetricFamily>, dialect: Dialect, escaping: EscapingScheme): string {
  const sink = new ByteSink();
  for (const family of families) {
    if (family.size === 0) continue;
    const lines = linesOf(family, dialect, escaping);
    sink.characters(lines.head);
    writeLines(sink, lines, 0, family.size);
  }
  sink.characters(dialect.end);
  return sink.decoded();
}

function unknownVersion(where: string, known: string, version: unknown): RangeError {
  return rangeError('INVALID_OPTION', `Option "version" of ${where} must be ${known}; got ${describeValue(version)}`);
}
