import type { MetricFamily } from '@promwright/model';
import { readFamily } from './protobuf-family.ts';
import { ProtobufReader } from './protobuf-reader.ts';

/**
 * Reads protobuf messages `io.prometheus.client.MetricFamily`, each after its length. Infos and state sets are gauges, as
 * writers send them. A sum or count without a field is 0, as in Prometheus' server.
 *
 * @throws ParseError with `byteOffset` in place of line and column
 */
export function parseProtobuf(bytes: Uint8Array): MetricFamily[] {
  const families: MetricFamily[] = [];
  const reader = new ProtobufReader(bytes);
  const documentEnd = reader.end;
  while (reader.at < documentEnd) {
    const start = reader.at;
    const length = reader.unsigned();
    if (length > documentEnd - reader.at) {
      reader.fail(`a message of at most ${documentEnd - reader.at} bytes`, start, `a length of ${length}`);
    }
    reader.end = reader.at + length;
    families.push(readFamily(reader));
    reader.leave(documentEnd);
  }
  return families;
}
