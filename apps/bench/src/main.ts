import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { chooseClock } from './clock.ts';
import { type Command, parseCommand, USAGE } from './command-line.ts';
import { groupNames, loadGroup } from './load-groups.ts';
import { formatResult, formatSummary } from './print-result.ts';
import { exitCodeOf, type RowResult, resultOf } from './results.ts';
import { runRow } from './run-row.ts';

/** Runs the command and returns its exit code. */
async function main(command: Command): Promise<number> {
  if (command.help) {
    console.log(USAGE);
    console.log(`Groups: ${(await groupNames()).join(', ')}`);
    return 0;
  }
  const { roundMs, warmUpMs, series, processes, rounds, node } = command;
  const settings = { clock: chooseClock(), roundMs, warmUpMs, series };
  const environment = {
    node: execFileSync(node, ['--version'], { encoding: 'utf8' }).trim(),
    machine: `${cpus().length} x ${cpus()[0]?.model}, ${process.platform} ${process.arch}`,
    load: loadavg()[0],
    date: new Date().toISOString().slice(0, 10),
  };
  console.log(
    `Node ${environment.node} on ${environment.machine}, load ${environment.load?.toFixed(2)}, ${environment.date}`,
  );
  console.log(`${processes} x ${rounds} rounds of ${roundMs} ms, ${settings.clock} time\n`);

  const names = command.groups.length > 0 ? command.groups : await groupNames();
  const chosen = await Promise.all(names.map(async (name) => ({ name, group: await loadGroup(name) })));
  const groups: { name: string; rows: RowResult[] }[] = [];
  for (const { name, group } of chosen) {
    console.log(`# ${name}: ${group.title}\n`);
    const rows: RowResult[] = [];
    for (const row of group.rows(settings)) {
      if (!row.title.includes(command.only)) continue;
      const result = resultOf(row, await runRow(row, { group: name, settings, processes, rounds, node }));
      rows.push(result);
      console.log(formatResult(result));
    }
    groups.push({ name, rows });
  }
  const results = groups.flatMap(({ rows }) => rows);
  if (results.length === 0) throw new RangeError(`No row has "${command.only}" in its title`);
  console.log(formatSummary(results));
  if (command.json !== undefined) {
    writeFileSync(command.json, `${JSON.stringify({ environment, settings, groups }, undefined, 2)}\n`);
  }
  return exitCodeOf(results, command.check);
}

try {
  process.exitCode = await main(parseCommand(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
