import { formatRows } from './records/format-rows.ts';
import { instrumentations } from './records/instrumentations.ts';
import { type RecordRow, recordRow } from './records/record-row.ts';

// Command that prints the records of several instrumentations for the same traffic. Measures nothing, so servers run in parallel.

const AT_ONCE = 4;

const rows: (RecordRow | Error)[] = [];
const places = instrumentations.keys();

async function work(): Promise<void> {
  for (const place of places) {
    try {
      rows[place] = await recordRow(place);
    } catch (error) {
      rows[place] = error as Error;
      process.exitCode = 1;
    }
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, work));
console.log(`Node ${process.version}, ${new Date().toISOString().slice(0, 10)}\n`);
console.log(formatRows(instrumentations.map((instrumentation, place) => [instrumentation, rows[place]!])));
