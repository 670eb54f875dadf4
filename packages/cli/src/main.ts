#!/usr/bin/env node
import { run } from './run.ts';

// `writeAll` handles a failed write. Without these listeners, the event `error` would end the process before that.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
process.exitCode = await run(process.argv.slice(2), process);
