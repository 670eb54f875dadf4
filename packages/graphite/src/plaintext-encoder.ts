import type { GraphitePoint } from './graphite-points.ts';

/** Lines of `path value seconds`, in chunks of whole lines of some 64 KiB. */
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

const CHUNK_BYTES = 64 * 1024;

/** A point as a line: the value is the shortest decimal that reads back as the same number. */
export function formatLine({ path, value, seconds }: GraphitePoint): string {
  return `${path} ${formatValue(value)} ${seconds}\n`;
}

/** Carbon reads what Python does, VictoriaMetrics what Go does: both know these, and JavaScript's own exponents. */
function formatValue(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  return value === Number.NEGATIVE_INFINITY ? '-inf' : String(value);
}

/** Makes bytes of points. */
export interface PointEncoder {
  /** Takes a point, and gives the bytes of those before it once they are worth sending. */
  add(point: GraphitePoint): Uint8Array | undefined;
  /** The bytes that are left. */
  end(): Uint8Array | undefined;
}
