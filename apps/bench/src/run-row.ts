import { ContestantProcess } from './contestant-process.ts';
import type { Row, Settings } from './group.ts';
import { rotation } from './rotation.ts';

/** Settings of a run of a row. */
export interface RunOptions {
  readonly group: string;
  readonly settings: Settings;
  readonly processes: number;
  readonly rounds: number;
  readonly node: string;
}

/** All measurements of a contestant: one for each round, later processes at the end. */
export interface Measurements {
  readonly name: string;
  readonly samples: readonly number[];
}

/** Suffix of the first contestant's name for its second process, the control. */
export const AGAIN = ', again';

/**
 * Measures a row. Every contestant has its own process, in which no other library is compiled or keeps memory. But in each round
 * all contestants are measured one by one, in changing order, so that a slow moment of the machine affects all contestants.
 * The first contestant runs twice, as a control: differences as small as the control's mean nothing.
 */
export async function runRow(row: Row, options: RunOptions): Promise<Measurements[]> {
  const { group, settings, processes, node } = options;
  const [first, ...others] = row.contestants.map(({ name }, contestant) => ({ name, contestant }));
  const entrants = [first!, { ...first!, name: first!.name + AGAIN }, ...others];
  const samples = entrants.map((): number[] => []);
  for (let i = 0; i < processes; i++) {
    const running: ContestantProcess[] = [];
    try {
      const started = await Promise.allSettled(
        entrants.map(async ({ name, contestant }, at) => {
          const assignment = { group, row: row.title, contestant, settings };
          running[at] = await ContestantProcess.start(name, assignment, node, row.nodeFlags ?? []);
        }),
      );
      for (const outcome of started) if (outcome.status === 'rejected') throw outcome.reason;
      for (let round = 0; round < (row.rounds ?? options.rounds); round++) {
        for (const at of rotation(entrants.length, round)) samples[at]!.push(await running[at]!.sample());
      }
      for (const each of running) await each.check();
    } finally {
      await Promise.all(running.map((each) => each?.stop()));
    }
  }
  return entrants.map(({ name }, i) => ({ name, samples: samples[i]! }));
}
