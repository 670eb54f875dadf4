import {
  type Collector,
  type FamilyDescription,
  familyFromRows,
  type MetricFamily,
  type Registerer,
  type RowInput,
} from '@promwright/model';
import type { DroppedSamples } from './dropped-samples.ts';
import type { GraphiteFailure } from './graphite-error.ts';

// Bridges share the families of a registry, which can hold each of them once; by name, also with another copy of this package.
const STATS: unique symbol = Symbol.for('@promwright/graphite-stats@1') as never;

/** What a bridge counts of itself. */
export class BridgeStats {
  sent = 0;
  points = 0;
  dropped = 0;
  queued = 0;
  lastSuccessMs: number | undefined;
  readonly failures: Record<Exclude<GraphiteFailure, 'dropped'>, number> = {
    gather: 0,
    connect: 0,
    tls: 0,
    connection: 0,
    timeout: 0,
  };
  readonly droppedSamples: DroppedSamples = { value: 0, time: 0, length: 0, path: 0 };
}

/** The numbers of a bridge to `server`: shown where it is told to, else counted for nobody. */
export function registerStats(server: string, registerer: Registerer | undefined): BridgeStats {
  if (registerer === undefined) return new BridgeStats();
  const holder = registerer as { [STATS]?: StatsCollector };
  if (holder[STATS] === undefined) Object.defineProperty(holder, STATS, { value: new StatsCollector() });
  const collector = holder[STATS]!;
  // Also one that is known, because the registry may have been cleared since.
  registerer.register(collector);
  return collector.statsOf(server);
}

interface BridgeFamily extends Pick<FamilyDescription, 'name' | 'type' | 'help'> {
  rows(stats: BridgeStats): readonly RowInput[];
}

const FAMILIES: readonly BridgeFamily[] = [
  {
    name: 'promwright_graphite_snapshots_sent_total',
    type: 'counter',
    help: 'Snapshots of all metrics that were handed over to the connection to Graphite.',
    rows: ({ sent }) => [{ value: sent }],
  },
  {
    name: 'promwright_graphite_points_sent_total',
    type: 'counter',
    help: 'Points, or lines, of snapshots that were handed over.',
    rows: ({ points }) => [{ value: points }],
  },
  {
    name: 'promwright_graphite_failures_total',
    type: 'counter',
    help: 'Attempts to send metrics to Graphite that failed, by the reason.',
    rows: ({ failures }) => byReason(failures),
  },
  {
    name: 'promwright_graphite_points_left_out_total',
    type: 'counter',
    help: 'Samples that Graphite cannot take, by the reason.',
    rows: ({ droppedSamples }) => byReason(droppedSamples),
  },
  {
    name: 'promwright_graphite_snapshots_dropped_total',
    type: 'counter',
    help: 'Snapshots that were given up because too many waited, or because the program stopped.',
    rows: ({ dropped }) => [{ value: dropped }],
  },
  {
    name: 'promwright_graphite_snapshots_queued',
    type: 'gauge',
    help: 'Snapshots that wait for Graphite.',
    rows: ({ queued }) => [{ value: queued }],
  },
  {
    name: 'promwright_graphite_last_success_timestamp_seconds',
    type: 'gauge',
    help: 'When a snapshot was last handed over.',
    rows: ({ lastSuccessMs }) => (lastSuccessMs === undefined ? [] : [{ value: lastSuccessMs / 1000 }]),
  },
];

function byReason(counts: Readonly<Record<string, number>> | DroppedSamples): RowInput[] {
  return Object.entries(counts).map(([reason, value]) => ({ labels: { reason }, value }));
}

class StatsCollector implements Collector {
  readonly families: readonly FamilyDescription[] = FAMILIES.map(({ name, type, help }) => ({
    name,
    type,
    ...(help && { help }),
  }));
  readonly #servers = new Map<string, BridgeStats>();

  statsOf(server: string): BridgeStats {
    const stats = this.#servers.get(server) ?? new BridgeStats();
    this.#servers.set(server, stats);
    return stats;
  }

  collect(): readonly MetricFamily[] {
    return FAMILIES.map(({ rows, ...family }) =>
      familyFromRows({
        ...family,
        rows: [...this.#servers].flatMap(([server, stats]) =>
          rows(stats).map(({ labels, ...row }) => ({ labels: { server, ...labels }, ...row })),
        ),
      }),
    );
  }
}
