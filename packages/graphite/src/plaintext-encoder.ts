import type { GraphitePoint } from './graphite-points.ts';

/** Encoder of points as bytes. */
export interface PointEncoder {
  /** Adds a point. Returns the bytes of earlier points once there are enough to send. */
  add(point: GraphitePoint): Uint8Array | undefined;
  /** Returns the remaining bytes. */
  end(): Uint8Array | undefined;
}

/** Encoder of lines `path value seconds`, in chunks of about 64 KiB that contain whole lines. */
export class PlaintextEncoder implements PointEncoder {
  #text = '';

  add(point: GraphitePoint): Uint8Array | undefined {
    this.#text += formatLine(point);
    return this.#text.length < CHUNK_BYTES ? undefined : this.end();
  }

  end(): Uint8Array | undefined {
    if (this.#text === '') return undefined;
    const chunk = Buffer.from(this.#text);
    this.#text = '';
    return chunk;
  }
}

/** Size of a chunk, compared with the length of the string: nearly all characters of paths are one byte. */
const CHUNK_BYTES = 64 * 1024;

/** Returns a point as a line. The value is the shortest decimal that reads back as the same number. */
export function formatLine({ path, value, seconds }: GraphitePoint): string {
  return `${path} ${formatValue(value)} ${seconds}\n`;
}

/** Returns a number as both Carbon (Python) and VictoriaMetrics (Go) read it. Both read the exponents of JavaScript. */
function formatValue(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  return value === Number.NEGATIVE_INFINITY ? '-inf' : String(value);
}
