import {
  type Collector,
  type FamilyDescription,
  familyFromRows,
  type MetricFamily,
  type Registerer,
  type RowInput,
} from '@promwright/model';
import { type DroppedSamples, noDroppedSamples } from './dropped-samples.ts';
import type { GraphiteFailure } from './graphite-error.ts';

// A registry can contain each family once, so all bridges of a registry share one collector, including bridges of
// another copy of this package.
const STATS: unique symbol = Symbol.for('@promwright/graphite-stats@1') as never;

/** Counts of all bridges of a registry to one server. Each bridge adds its share. */
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
  readonly droppedSamples: DroppedSamples = noDroppedSamples();
}

/** Returns the counts of bridges to `server`, registered in `registerer`. Without a registerer the counts are private. */
export function registerStats(server: string, registerer: Registerer | undefined): BridgeStats {
  if (registerer === undefined) return new BridgeStats();
  const holder = registerer as { [STATS]?: StatsCollector };
  if (holder[STATS] === undefined) Object.defineProperty(holder, STATS, { value: new StatsCollector() });
  const collector = holder[STATS]!;
  // A known collector is registered again, because the registry may have been cleared since.
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
    help: 'Snapshots of all metrics that were sent to Graphite.',
    rows: ({ sent }) => [{ value: sent }],
  },
  {
    name: 'promwright_graphite_points_sent_total',
    type: 'counter',
    help: 'Points (lines) of the snapshots that were sent to Graphite.',
    rows: ({ points }) => [{ value: points }],
  },
  {
    name: 'promwright_graphite_failures_total',
    type: 'counter',
    help: 'Failed attempts to send metrics to Graphite, by reason.',
    rows: ({ failures }) => byReason(failures),
  },
  {
    name: 'promwright_graphite_points_dropped_total',
    type: 'counter',
    help: 'Samples that were not sent because Graphite cannot store them, by reason.',
    rows: ({ droppedSamples }) => byReason(droppedSamples),
  },
  {
    name: 'promwright_graphite_snapshots_dropped_total',
    type: 'counter',
    help: 'Snapshots dropped because the queue was full or the bridge was stopped.',
    rows: ({ dropped }) => [{ value: dropped }],
  },
  {
    name: 'promwright_graphite_snapshots_queued',
    type: 'gauge',
    help: 'Snapshots waiting to be sent to Graphite.',
    rows: ({ queued }) => [{ value: queued }],
  },
  {
    name: 'promwright_graphite_last_success_timestamp_seconds',
    type: 'gauge',
    help: 'Unix time at which a snapshot was last sent, in seconds.',
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
