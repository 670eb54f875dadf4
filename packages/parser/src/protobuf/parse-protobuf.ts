import type { MetricFamily } from '@promwright/model';
import { readFamily } from './protobuf-family.ts';
import { ProtobufReader } from './protobuf-reader.ts';

/**
 * Reads protobuf messages `io.prometheus.client.MetricFamily`, each after its length. Infos and state sets come as the gauges
 * that they are sent as. A sum or count that is not sent is 0, as it is to the server.
 *
 * @throws ParseError with `byteOffset` in place of line and column
 */
export function parseProtobuf(bytes: Uint8Array): MetricFamily[] {
  const families: MetricFamily[] = [];
  const reader = new ProtobufReader(bytes);
  const whole = reader.end;
  while (reader.at < whole) {
    const start = reader.at;
    const length = reader.unsigned();
    if (length > whole - reader.at) {
      reader.fail(`a message of at most ${whole - reader.at} bytes`, start, `a length of ${length}`);
    }
    reader.end = reader.at + length;
    families.push(readFamily(reader));
    reader.leave(whole);
  }
  return families;
}
