import type { EscapingScheme, MetricFamily } from '@promwright/model';
import { ProtobufFamily } from './protobuf-family.ts';

/** How to write families as protobuf. */
export interface ProtobufOptions {
  /** How names outside the classic character set are written. Default `underscores`. */
  readonly escaping?: EscapingScheme;
}

/**
 * Families as messages `io.prometheus.client.MetricFamily`, each behind its length: the one format of a scrape that has
 * native histograms. Exemplars and start times are in it, infos and state sets are gauges. A family without series is left
 * out. Blocks the event loop as `formatText` does.
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
