import { startCounting } from './counting.ts';
import { obeyParent, reportReady } from './member-commands.ts';
import { loadPeer, type PeerName } from './services/peer-library.ts';

// Worker of a cluster that counts with another library. The arguments are the library and the file of the true count.

const [library = '', truthFile = ''] = process.argv.slice(2);

const { AggregatorRegistry, Counter, Histogram } = loadPeer(library as PeerName);
const registry = new AggregatorRegistry();
const events = new Counter({ name: 'chaos_events_total', help: 'Events.', labelNames: ['kind'] });
const durations = new Histogram({ name: 'chaos_duration_seconds', help: 'Durations.' });
startCounting(truthFile, (kind, seconds) => {
  events.inc({ kind });
  durations.observe(seconds);
});
// Only the official client can hand over the counts of a worker that exits.
obeyParent(() => registry.shutdown?.());
reportReady();
