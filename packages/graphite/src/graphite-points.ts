import type { MetricFamily } from '@promwright/model';
import type { CounterDeltas } from './counter-deltas.ts';
import type { DroppedSamples } from './dropped-samples.ts';
import type { SeriesPaths } from './label-paths.ts';
import { sampleColumns } from './sample-columns.ts';

/** One number at one time, as Graphite stores it. */
export interface GraphitePoint {
  readonly path: string;
  /** Number, never NaN. */
  readonly value: number;
  /** Integer of seconds since the epoch, of at most 32 bits and never negative. */
  readonly seconds: number;
}

/** Snapshot to convert into points. */
export interface PointsOptions {
  readonly families: readonly MetricFamily[];
  /** Time of gathering in milliseconds since the epoch, for samples without a timestamp. */
  readonly timeMs: number;
  readonly paths: SeriesPaths;
  /** Totals for differences of counters; undefined to send totals. */
  readonly deltas: CounterDeltas | undefined;
  /** Counts to which samples that cannot be sent are added. */
  readonly droppedSamples: DroppedSamples;
}

/** Limit of a path. Carbon cuts off a datagram after 8192 bytes, and ends the connection at a line of more than 16384 bytes. */
const MAX_PATH_BYTES = 8000;

/** Limit of a time: Carbon stores times in four bytes. */
const MAX_SECONDS = 0xffffffff;

/** Yields all points of a snapshot. Each point is created when the caller requests it. */
export function* graphitePoints(options: PointsOptions): Generator<GraphitePoint, void, undefined> {
  const { families, timeMs, paths, deltas, droppedSamples } = options;
  const gathered = Math.floor(timeMs / 1000);
  for (const family of families) {
    const columns = sampleColumns(family);
    const familyPaths = paths.forFamily(family, columns);
    const { size, timestampMs } = family;
    for (let row = 0; row < size; row++) {
      const ownMs = timestampMs?.[row];
      const seconds = ownMs === undefined || Number.isNaN(ownMs) ? gathered : Math.floor(ownMs / 1000);
      let countIsNew: boolean | undefined;
      for (let i = 0; i < columns.length; i++) {
        const column = columns[i]!;
        let value = column.read(row);
        if (value === undefined) continue;
        const path = familyPaths.pathOf(row, i);
        if (path === undefined) continue;
        if (deltas !== undefined && column.isCounter) {
          // A sum may also fall because of a negative observation.
          const delta = deltas.deltaOf(path, value, column.suffix === '_sum' ? countIsNew : undefined);
          if (delta === undefined) {
            droppedSamples.path++;
            continue;
          }
          if (column.suffix === '_count') countIsNew = delta.isNew;
          value = delta.value;
        }
        // Carbon and VictoriaMetrics ignore NaN; both accept infinities.
        if (Number.isNaN(value)) droppedSamples.value++;
        // Carbon and VictoriaMetrics read the time -1 as now.
        else if (!(seconds >= 0 && seconds <= MAX_SECONDS)) droppedSamples.time++;
        else if (isTooLong(path)) droppedSamples.length++;
        else yield { path, value, seconds };
      }
    }
  }
}

function isTooLong(path: string): boolean {
  return path.length > MAX_PATH_BYTES / 3 && Buffer.byteLength(path) > MAX_PATH_BYTES;
}
