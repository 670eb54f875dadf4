import type { GraphitePoint } from './graphite-points.ts';
import { formatLine, type PointEncoder } from './plaintext-encoder.ts';

/**
 * Encoder of datagrams that contain whole lines and are small enough not to be fragmented. A line above the limit gets
 * a datagram of its own.
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

/** Limit of a datagram. Fits an Ethernet frame of 1500 bytes after the headers of IPv6, UDP and some tunnels. */
const MAX_DATAGRAM_BYTES = 1432;
