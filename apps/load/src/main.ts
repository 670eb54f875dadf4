import { parseCommand, USAGE } from './command-line.ts';
import { runLoad } from './run-load.ts';

// Command that loads an application of each framework, with every page and every count checked.

/** Limit of different faults that are printed. */
const MAX_SHOWN = 20;

const command = parseCommand(process.argv.slice(2));
if (command.help) console.log(USAGE);
else {
  for (const framework of command.frameworks) {
    console.log(`${framework}: ${command.seconds} s, ${command.connections} connections`);
    const { requests, pages, counts, faults } = await runLoad(framework, command);
    console.log(`  ${requests} requests; pages: ${pages}`);
    for (const count of counts) console.log(`  ${count}`);
    const times = new Map<string, number>();
    for (const fault of faults) times.set(fault, (times.get(fault) ?? 0) + 1);
    for (const [fault, count] of [...times].slice(0, MAX_SHOWN)) console.log(`  WRONG, ${count} times: ${fault}`);
    console.log(faults.length === 0 ? '  no wrong page, exact counts' : `  ${faults.length} faults`);
    if (faults.length > 0) process.exitCode = 1;
  }
}
