import { openSync, writeSync } from 'node:fs';
import { joinProcesses } from '@promwright/cluster';
import { startMetricsServer } from '@promwright/http';
import { Counter, Gauge, Histogram } from '@promwright/metrics';
import { collectDefaultMetrics } from '@promwright/process';
import type { MemberCommand, MemberMessage } from './member.ts';

// Member of the service: counts all the time, and does as it is told. The arguments are the spool directory and the file into which
// the member writes its true count after each increment, where the count survives the member.

const [directory = '', truthFile = ''] = process.argv.slice(2);
/** Increments in each tick of a timer. */
const INCREMENTS = 10;
const TICK_MS = 20;

const gatherer = joinProcesses({ directory });
collectDefaultMetrics();
const counter = new Counter({ name: 'chaos_events_total', help: 'Events.', labelNames: ['kind'] });
const durations = new Histogram({ name: 'chaos_duration_seconds', help: 'Durations.', native: {} });
const active = new Gauge({ name: 'chaos_active', help: 'One for each member that lives.' });
active.set(1);

const truth = openSync(truthFile, 'w');
const bytes = Buffer.alloc(8);
let count = 0;
setInterval(() => {
  for (let i = 0; i < INCREMENTS; i++) {
    counter.inc({ kind: count % 2 === 0 ? 'even' : 'odd' });
    durations.observe(((count % 100) + 1) / 50);
    bytes.writeDoubleLE(++count);
    writeSync(truth, bytes, 0, 8, 0);
  }
}, TICK_MS);

const commands: Readonly<Record<MemberCommand['do'], (command: MemberCommand) => void>> = {
  block({ ms = 0 }) {
    // Like synchronous input or output: without the processor, which the other members need.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  },
  exit() {
    process.exit(0);
  },
};
process.on('message', (command: MemberCommand) => commands[command.do](command));
process.on('disconnect', () => process.exit(1));

const server = await startMetricsServer({ port: 0, gatherer });
const message: MemberMessage = { url: server.url };
process.send?.(message);
