import type { MetricFamily } from '@promwright/model';
import type { CounterDeltas } from './counter-deltas.ts';
import type { DroppedSamples } from './dropped-samples.ts';
import type { SeriesPaths } from './label-paths.ts';
import { sampleColumns } from './sample-columns.ts';

/** One number at one time, as Graphite keeps it. */
export interface GraphitePoint {
  readonly path: string;
  /** Never NaN. */
  readonly value: number;
  /** Seconds since the epoch, whole, never negative. */
  readonly seconds: number;
}

/** What there is to be sent of one instant. */
export interface PointsOptions {
  readonly families: readonly MetricFamily[];
  /** When they were gathered, in milliseconds since the epoch: for samples that do not say when they were observed. */
  readonly timeMs: number;
  readonly paths: SeriesPaths;
  /** Counters as differences. */
  readonly deltas: CounterDeltas | undefined;
  /** Told what cannot be sent. */
  readonly droppedSamples: DroppedSamples;
}

/**
 * In bytes. A datagram of more than 8192 is cut off by Carbon, and a line of more than 16384 ends the connection with all that
 * is behind it.
 */
const MAX_PATH_BYTES = 8000;

/** All points of a snapshot, each made when it is asked for. */
export function* graphitePoints(options: PointsOptions): Generator<GraphitePoint, void, undefined> {
  const { families, timeMs, paths, deltas, droppedSamples } = options;
  const gathered = Math.floor(timeMs / 1000);
  for (const family of families) {
    const columns = sampleColumns(family);
    const named = paths.forFamily(family, columns);
    const { size, timestampMs } = family;
    for (let row = 0; row < size; row++) {
      const ownMs = timestampMs?.[row];
      const seconds = ownMs === undefined || Number.isNaN(ownMs) ? gathered : Math.floor(ownMs / 1000);
      let countIsNew: boolean | undefined;
      for (let i = 0; i < columns.length; i++) {
        const column = columns[i]!;
        let value = column.read(row);
        if (value === undefined) continue;
        const path = named.pathOf(row, i);
        if (path === undefined) continue;
        if (deltas !== undefined && column.isCounter) {
          // A sum may also fall because something negative was observed.
          const delta = deltas.deltaOf(path, value, column.suffix === '_sum' ? countIsNew : undefined);
          if (column.suffix === '_count') countIsNew = delta.isNew;
          value = delta.value;
        }
        // Carbon and VictoriaMetrics ignore NaN; infinities both take.
        if (Number.isNaN(value)) droppedSamples.value++;
        // To Carbon and VictoriaMetrics -1 is now.
        else if (!(seconds >= 0)) droppedSamples.time++;
        else if (isTooLong(path)) droppedSamples.length++;
        else yield { path, value, seconds };
      }
    }
  }
}

function isTooLong(path: string): boolean {
  return path.length > MAX_PATH_BYTES / 3 && Buffer.byteLength(path) > MAX_PATH_BYTES;
}
