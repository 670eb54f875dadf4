import { checkOptionNames, type EscapingScheme, type MetricFamily } from '@promwright/model';
import { checkOnOmitted, type OnOmitted } from './on-omitted.ts';
import { PROTOBUF_RULES } from './plan/format-rules.ts';
import { planNow } from './plan/plan-families.ts';
import { protobufFamilies } from './protobuf-family.ts';

/** Options of {@link formatProtobuf}. */
export interface ProtobufOptions {
  /** Scheme for names outside the classic character set. Default `underscores`. */
  readonly escaping?: EscapingScheme;
  /** Function called for each omitted family. Default none. */
  readonly onOmitted?: OnOmitted;
}

const OPTION_NAMES = Object.keys({ escaping: true, onOmitted: true } satisfies Record<keyof ProtobufOptions, true>);

/**
 * Formats families as messages `io.prometheus.client.MetricFamily`, each preceded by its length. Beside OpenMetrics
 * 2.0, protobuf is the only format with native histograms. Includes exemplars and start times; infos and state sets
 * become gauges. Families without series are omitted. Blocks the event loop like `formatText`.
 *
 * Timestamps are rounded to whole milliseconds; a server reads the timestamp 0 as none. Families that a server would
 * complete with zeros, such as a summary without a sum, are written as single samples of type `untyped`. Families with a
 * timestamp beyond 64 bits, or with two labels of one name, are omitted and reported to `onOmitted`.
 * @throws TypeError with code `INVALID_OPTION` for an unknown option
 */
export function formatProtobuf(families: Iterable<MetricFamily>, options: ProtobufOptions = {}): Uint8Array {
  checkOptionNames('formatProtobuf', options, OPTION_NAMES);
  const { escaping = 'underscores', onOmitted } = options;
  checkOnOmitted(onOmitted);
  const parts: Uint8Array[] = [];
  for (const family of planNow(families, PROTOBUF_RULES, escaping, onOmitted)) {
    for (const message of protobufFamilies(family, escaping)) {
      const series = message.series(0, family.size);
      parts.push(message.head(series.length), series);
    }
  }
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
