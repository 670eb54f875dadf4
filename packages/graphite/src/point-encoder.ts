import type { GraphitePoint } from './graphite-points.ts';

/** Makes bytes of points. */
export interface PointEncoder {
  /** Takes a point, and gives the bytes of those before it once they are worth sending. */
  add(point: GraphitePoint): Uint8Array | undefined;
  /** The bytes that are left. */
  end(): Uint8Array | undefined;
}
