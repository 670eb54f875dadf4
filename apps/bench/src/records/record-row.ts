import { setTimeout as delay } from 'node:timers/promises';
import { countOf, isOfScrapes, recordedBetween, type Scrape, scrape } from './scrape.ts';
import { ServerProcess } from './server-process.ts';
import { type PartName, traffic } from './traffic.ts';

/** Records of one instrumentation for the traffic. */
export interface RecordRow {
  /** Number of series for the requests to one route. */
  readonly parameterSeries: number;
  readonly mountSeries: number;
  readonly scannerSeries: number;
  /** Records of single requests, such as `GET 200`. */
  readonly head: string;
  readonly makeCollection: string;
  readonly leftBeforeHeaders: string;
  readonly leftInTheMiddle: string;
  readonly neverAnswered: string;
  /** True if scrapes are recorded. */
  readonly recordsScrapes: boolean;
  /** Number of recorded requests without scrapes, and number of sent requests. */
  readonly recorded: number;
  readonly sent: number;
}

/** Number of scrapes after which a missing record counts as lost. A number, not a time, so that a slow machine waits longer. */
const SCRAPES = 20;
const SCRAPE_INTERVAL_MS = 20;

/** Sends the traffic to the instrumentation at `place` of the list, in a new process, and reads its records. */
export async function recordRow(place: number): Promise<RecordRow> {
  const server = await ServerProcess.start(place);
  try {
    const first = await scrape(server.port);
    const parts = {} as Record<PartName, Scrape>;
    let last = first;
    for (const name of Object.keys(traffic) as PartName[]) {
      const { sent, send } = traffic[name];
      await send({ port: server.port, reached: () => server.reached() });
      const next = await settled(server.port, last, sent);
      parts[name] = recordedBetween(last, next);
      last = next;
    }
    return {
      parameterSeries: parts.parameter.requests.length,
      mountSeries: parts.mount.requests.length,
      scannerSeries: parts.scanner.requests.length,
      head: recordedAs(parts.head),
      makeCollection: recordedAs(parts.makeCollection),
      leftBeforeHeaders: recordedAs(parts.leftBeforeHeaders),
      leftInTheMiddle: recordedAs(parts.leftInTheMiddle),
      neverAnswered: recordedAs(parts.neverAnswered),
      recordsScrapes: last.requests.some(isOfScrapes),
      recorded: countOf(recordedBetween(first, last)),
      sent: Object.values(traffic).reduce((sum, { sent }) => sum + sent, 0),
    };
  } finally {
    await server.stop();
  }
}

/** Returns the records once `sent` more requests are recorded, or after the last scrape. */
async function settled(port: number, before: Scrape, sent: number): Promise<Scrape> {
  for (let left = SCRAPES; ; left--) {
    const now = await scrape(port);
    if (countOf(recordedBetween(before, now)) >= sent || left === 0) return now;
    await delay(SCRAPE_INTERVAL_MS);
  }
}

/** Formats the record of a single request. */
function recordedAs({ requests, aborts }: Scrape): string {
  if (requests.length === 0) return 'lost';
  const series = requests.map(({ method, status }) => `${method} ${status}`).join(', ');
  return aborts === 0 ? series : `${series}, aborted`;
}
