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

/** Options of {@link formatText}. */
export interface TextOptions {
  /** Version of the format, default `0.0.4`. Version `1.0.0` differs only in quoted names. */
  readonly version?: '0.0.4' | '1.0.0';
  /**
   * Scheme for names outside the classic character set. Default `underscores`; for version 1.0.0 `allow-utf-8`, which
   * writes such names in quotes.
   */
  readonly escaping?: EscapingScheme;
}

/** Options of {@link formatOpenMetrics}. */
export interface OpenMetricsOptions {
  /** Version of the format, default `1.0.0`. Version `2.0.0` follows its release candidate. */
  readonly version?: '1.0.0' | '2.0.0';
  /**
   * Scheme for names outside the classic character set. Default `underscores`; for version 2.0.0 `allow-utf-8`, which
   * writes such names in quotes.
   */
  readonly escaping?: EscapingScheme;
  /**
   * True to write the start time of each series as a sample `_created`, in version 1.0.0. Default false, because a
   * server stores each such sample as another series. Version 2.0.0 always has start times, without samples.
   */
  readonly created?: boolean;
}

/**
 * Formats families as Prometheus text, in one string. Families without series are omitted, because a server ignores
 * them. The format cannot express exemplars, units, start times and native buckets. Blocks the event loop for some 0.3
 * microseconds per line; `ExpositionWriter` works in slices instead.
 * @throws RangeError with code `INVALID_OPTION` for an unknown version
 */
export function formatText(families: Iterable<MetricFamily>, options: TextOptions = {}): string {
  const { version = '0.0.4', escaping = version === '1.0.0' ? 'allow-utf-8' : 'underscores' } = options;
  if (version !== '0.0.4' && version !== '1.0.0') throw unknownVersion('formatText', '0.0.4 or 1.0.0', version);
  return formatAll(families, TEXT_DIALECT, escaping);
}

/**
 * Formats families as OpenMetrics text, in one string. Version 1.0.0 cannot express native buckets, and requires
 * counter names to end in `_total`: any other counter gets the type `unknown`. Families without series are omitted.
 * Blocks the event loop like {@link formatText}.
 * @throws RangeError with code `INVALID_OPTION` for an unknown version
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

function unknownVersion(caller: string, known: string, version: unknown): RangeError {
  return rangeError('INVALID_OPTION', `Option "version" of ${caller} must be ${known}; got ${describeValue(version)}`);
}
