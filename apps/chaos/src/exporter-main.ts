import { readProcesses } from '@promwright/cluster';
import { startMetricsServer } from '@promwright/http';
import { reportReady } from './member-commands.ts';

// Exporter of the service of Promwright, which is no member. The argument is the spool directory.

const [directory = ''] = process.argv.slice(2);
const server = await startMetricsServer({ port: 0, gatherer: readProcesses({ directory }), keepAlive: true });
process.on('disconnect', () => process.exit());
reportReady(server.url);
