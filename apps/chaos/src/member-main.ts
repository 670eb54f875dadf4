import { joinProcesses } from '@promwright/cluster';
import { startMetricsServer } from '@promwright/http';
import { Counter, Gauge, Histogram } from '@promwright/metrics';
import { collectDefaultMetrics } from '@promwright/process';
import { startCounting } from './counting.ts';
import { obeyParent, reportReady } from './member-commands.ts';

// Member of the service of Promwright. The arguments are the spool directory and the file of the true count.

const [directory = '', truthFile = ''] = process.argv.slice(2);

const gatherer = joinProcesses({ directory });
collectDefaultMetrics();
const events = new Counter({ name: 'chaos_events_total', help: 'Events.', labelNames: ['kind'] });
const durations = new Histogram({ name: 'chaos_duration_seconds', help: 'Durations.', native: {} });
new Gauge({ name: 'chaos_active', help: 'One for each member that lives.' }).set(1);
startCounting(truthFile, (kind, seconds) => {
  events.inc({ kind });
  durations.observe(seconds);
});
obeyParent(() => undefined);
const server = await startMetricsServer({ port: 0, gatherer });
reportReady(server.url);
