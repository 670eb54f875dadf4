import type { EscapingScheme, MetricFamily } from '@promwright/model';
import { checkOptionNames, describeValue, rangeError } from '@promwright/model';
import { ByteSink } from './byte-sink.ts';
import {
  type Dialect,
  OPENMETRICS_1_CREATED_DIALECT,
  OPENMETRICS_1_DIALECT,
  OPENMETRICS_2_DIALECT,
  TEXT_DIALECT,
} from './dialect.ts';
import { linesOf, writeLines } from './family-lines.ts';
import { checkOnOmitted, type OnOmitted } from './on-omitted.ts';
import { planNow } from './plan/plan-families.ts';

/** Options of {@link formatText}. */
export interface TextOptions {
  /** Version of the format, default `0.0.4`. Version `1.0.0` differs only in quoted names. */
  readonly version?: '0.0.4' | '1.0.0';
  /**
   * Scheme for names outside the classic character set. Default `underscores`; for version 1.0.0 `allow-utf-8`, which
   * writes such names in quotes.
   */
  readonly escaping?: EscapingScheme;
  /** Function called for each omitted family. Default none. */
  readonly onOmitted?: OnOmitted;
}

const TEXT_OPTIONS = Object.keys({ version: true, escaping: true, onOmitted: true } satisfies Record<
  keyof TextOptions,
  true
>);

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
  /** Function called for each omitted family. Default none. */
  readonly onOmitted?: OnOmitted;
}

const OPENMETRICS_OPTIONS = Object.keys({
  version: true,
  escaping: true,
  created: true,
  onOmitted: true,
} satisfies Record<keyof OpenMetricsOptions, true>);

/**
 * Formats families as Prometheus text, in one string. Families without series are omitted, because a server ignores
 * them. The format cannot express exemplars, units, start times and native buckets. Timestamps are rounded to whole
 * milliseconds. Blocks the event loop for some 0.3 microseconds per line; `ExpositionWriter` works in slices instead.
 *
 * Families that the format cannot express are written as single samples of type `untyped`, from which a server stores
 * the same series: a histogram with a negative count, for example, or a summary `a` beside a gauge `a_count`. Families
 * whose samples cannot be written either are omitted and reported to `onOmitted`: those with a timestamp before 1970, or
 * with two labels of one name.
 * @throws with code `INVALID_OPTION` for an unknown version or option
 */
export function formatText(families: Iterable<MetricFamily>, options: TextOptions = {}): string {
  checkOptionNames('formatText', options, TEXT_OPTIONS);
  const { version = '0.0.4', escaping = version === '1.0.0' ? 'allow-utf-8' : 'underscores', onOmitted } = options;
  checkOnOmitted(onOmitted);
  if (version !== '0.0.4' && version !== '1.0.0') throw unknownVersion('formatText', '0.0.4 or 1.0.0', version);
  return formatAll(families, TEXT_DIALECT, escaping, onOmitted);
}

/**
 * Formats families as OpenMetrics text, in one string. Version 1.0.0 cannot express native buckets, and requires
 * counter names to end in `_total`: any other counter gets the type `unknown`. Families without series are omitted.
 * Blocks the event loop like {@link formatText}.
 *
 * Families that break a rule of the specification are written as single samples of type `unknown`: a histogram with
 * negative observations, for example, or a counter `x_total` beside a gauge `x`. Families whose samples break one are
 * omitted and reported to `onOmitted`: those that have a series twice at the same time.
 * @throws with code `INVALID_OPTION` for an unknown version or option
 */
export function formatOpenMetrics(families: Iterable<MetricFamily>, options: OpenMetricsOptions = {}): string {
  checkOptionNames('formatOpenMetrics', options, OPENMETRICS_OPTIONS);
  const {
    version = '1.0.0',
    escaping = version === '2.0.0' ? 'allow-utf-8' : 'underscores',
    created = false,
    onOmitted,
  } = options;
  checkOnOmitted(onOmitted);
  switch (version) {
    case '1.0.0':
      return formatAll(families, created ? OPENMETRICS_1_CREATED_DIALECT : OPENMETRICS_1_DIALECT, escaping, onOmitted);
    case '2.0.0':
      return formatAll(families, OPENMETRICS_2_DIALECT, escaping, onOmitted);
    default:
      throw unknownVersion('formatOpenMetrics', '1.0.0 or 2.0.0', version);
  }
}

function formatAll(
  families: Iterable<MetricFamily>,
  dialect: Dialect,
  escaping: EscapingScheme,
  onOmitted: OnOmitted | undefined,
): string {
  const sink = new ByteSink();
  for (const family of planNow(families, dialect.rules, escaping, onOmitted)) {
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
