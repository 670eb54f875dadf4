import type { EscapingScheme, MetricFamily } from '@promwright/model';
import { ProtobufFamily } from './protobuf-family.ts';

/** Options of {@link formatProtobuf}. */
export interface ProtobufOptions {
  /** Scheme for names outside the classic character set. Default `underscores`. */
  readonly escaping?: EscapingScheme;
}

/**
 * Formats families as messages `io.prometheus.client.MetricFamily`, each preceded by its length. Beside OpenMetrics
 * 2.0, protobuf is the only format with native histograms. Includes exemplars and start times; infos and state sets
 * become gauges. Families without series are omitted. Blocks the event loop like `formatText`.
 */
export function formatProtobuf(families: Iterable<MetricFamily>, options: ProtobufOptions = {}): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const family of families) {
    if (family.size === 0) continue;
    const message = new ProtobufFamily(family, options.escaping ?? 'underscores');
    const series = message.series(0, family.size);
    parts.push(message.head(series.length), series);
  }
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
