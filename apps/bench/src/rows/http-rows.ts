import type { Contestant, Row, Settings, Target } from '../group.ts';
import { type Application, type ApplicationEntry, BARE, REQUEST } from '../http/application.ts';
import { InjectedConnection } from '../http/injected-connection.ts';
import { LoadProcess } from '../http/load-process.ts';
import { measureTime, type Operation } from '../measure-time.ts';

const LONGER = 10;

/**
 * Returns the row of the time that instrumentations add to a request within the process.
 * @param times limit of what ours adds, as a multiple of what the cheapest peer adds
 */
export function injectedRow(
  title: string,
  entries: readonly ApplicationEntry[],
  peers: readonly string[],
  times: number,
): Row {
  return {
    title,
    unit: 'ns',
    contestants: contestantsOf(entries, async ({ server, read }) => {
      const connection = new InjectedConnection(server, REQUEST);
      return requests((times) => connection.send(times), read);
    }),
    targets: [{ kind: 'adds', over: BARE, against: peers, times }],
  };
}

/** Returns the row of the time of a whole server with requests through sockets. */
export function serverRow(title: string, entries: readonly ApplicationEntry[], targets: readonly Target[]): Row {
  return {
    title,
    unit: 'ns',
    contestants: contestantsOf(entries, async ({ server, read }) => {
      const load = await LoadProcess.start(server, REQUEST);
      return requests((times) => load.send(times), read);
    }),
    targets,
  };
}

function contestantsOf(
  entries: readonly ApplicationEntry[],
  operationOf: (application: Application) => Promise<Operation>,
): readonly [Contestant, ...Contestant[]] {
  return entries.map(({ name, create }) => ({
    name,
    // A request runs more code than other operations, so code is compiled later and there is more garbage.
    start: async (settings: Settings) =>
      measureTime(await operationOf(await create()), {
        ...settings,
        warmUpMs: settings.warmUpMs * LONGER,
        roundMs: settings.roundMs * LONGER,
      }),
  })) as unknown as [Contestant, ...Contestant[]];
}

function requests(send: (times: number) => Promise<void>, read: Application['read']): Operation {
  return {
    run: send,
    async read() {
      // The last response is counted once it has been sent, possibly after the client has received it.
      await new Promise((resolve) => setTimeout(resolve, 50));
      const { total } = await read();
      return { series: 1, total };
    },
    initially: { series: 1, total: 0 },
  };
}
