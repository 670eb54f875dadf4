#!/usr/bin/env node
import { run } from './run.ts';

// What a failed write means is decided where it is written; without listeners it would end the process first.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
process.exitCode = await run(process.argv.slice(2), process);
