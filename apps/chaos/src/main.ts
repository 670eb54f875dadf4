import { parseCommand, USAGE } from './command-line.ts';
import { runChaos } from './run-chaos.ts';

// Command that disturbs the processes of a service and checks their scrapes.

/** Limit of different faults that are printed. */
const MAX_SHOWN = 20;
const MAX_P99_MS = 100;

const command = parseCommand(process.argv.slice(2));
if (command.help) console.log(USAGE);
else {
  const result = await runChaos(command.library, command.seconds, command.scrapes);
  const { scrapes, restarts, kills, made, lost, lossLimit, files } = result;
  const faults = [...result.faults];
  if (lost > lossLimit) faults.push(`${lost} increments lost, more than ${lossLimit}`);
  if (lost < 0) faults.push(`${-lost} increments too many`);
  const p99Ms = result.throughExporter.quantile(0.99);
  if (command.checkTime && !(p99Ms < MAX_P99_MS))
    faults.push(`p99 of ${p99Ms.toFixed(1)} ms, not below ${MAX_P99_MS} ms`);
  console.log(`${restarts} restarts, ${kills} of them by SIGKILL; ${scrapes} scrapes, ${files} files at the end`);
  console.log(
    `${made} increments, ${lost} lost (limit ${lossLimit}, ${(lost / Math.max(1, kills)).toFixed(0)} for each kill)`,
  );
  for (const [way, durations] of [
    ['members that are not blocked', result.throughMembers],
    ['the exporter', result.throughExporter],
  ] as const) {
    const [p50, p99] = [0.5, 0.99].map((quantile) => durations.quantile(quantile).toFixed(1));
    if (durations.size > 0) console.log(`scrapes through ${way}: median ${p50} ms, p99 ${p99} ms`);
  }
  for (const fault of faults.slice(0, MAX_SHOWN)) console.log(`  WRONG: ${fault}`);
  console.log(faults.length === 0 ? 'no fault' : `${faults.length} faults`);
  if (faults.length > 0) process.exitCode = 1;
}
