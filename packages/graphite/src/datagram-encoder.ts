import type { GraphitePoint } from './graphite-points.ts';
import { formatLine, type PointEncoder } from './plaintext-encoder.ts';

/**
 * Datagrams of whole lines that are not taken apart on their way; a line that is longer alone has one of its own.
 * 1432 bytes fit an Ethernet frame of 1500 behind the headers of IPv6 and UDP and some of tunnels.
 */
export class DatagramEncoder implements PointEncoder {
  #text = '';
  #bytes = 0;

  add(point: GraphitePoint): Uint8Array | undefined {
    const line = formatLine(point);
    const bytes = Buffer.byteLength(line);
    const full = this.#bytes > 0 && this.#bytes + bytes > MAX_DATAGRAM_BYTES ? this.end() : undefined;
    this.#text += line;
    this.#bytes += bytes;
    return full;
  }

  end(): Uint8Array | undefined {
    if (this.#text === '') return undefined;
    const datagram = Buffer.from(this.#text);
    this.#text = '';
    this.#bytes = 0;
    return datagram;
  }
}

const MAX_DATAGRAM_BYTES = 1432;
