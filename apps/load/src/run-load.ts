import { setTimeout as delay } from 'node:timers/promises';
import { parse } from '@promwright/parser';
import type { Command } from './command-line.ts';
import { exactCounts } from './exact-counts.ts';
import type { Framework } from './frameworks.ts';
import { PageLog } from './page-log.ts';
import { PrometheusWatch } from './prometheus-watch.ts';
import { RequestLoad } from './request-load.ts';
import { scrapePage } from './scrape-client.ts';
import { ScrapeLoop } from './scrape-loop.ts';
import { startApplication } from './start-application.ts';

const TEXT = 'text/plain';
const OPENMETRICS = 'application/openmetrics-text';
const PROTOBUF = 'application/vnd.google.protobuf';

/** Time for which slow clients read nothing of a page, in milliseconds: several scrapes long. */
const STALL_MS = 4000;

/** Result of the load of one framework. */
export interface LoadResult {
  readonly requests: number;
  /** Numbers of checked pages by client. */
  readonly pages: string;
  /** Exact numbers, with their expected values. */
  readonly counts: readonly string[];
  readonly faults: readonly string[];
}

/** Loads an application of a framework, and checks every page and the counts at the end. Ends everything that it started. */
export async function runLoad(framework: Framework, { seconds, connections }: Command): Promise<LoadResult> {
  const faults: string[] = [];
  const report = (fault: string) => void faults.push(fault);
  const started: { stop(): Promise<void> }[] = [];
  const start = <T extends { stop(): Promise<void> }>(part: T): T => {
    started.push(part);
    return part;
  };
  try {
    const log = start(new PageLog(report));
    const { port } = start(await startApplication(framework));
    // 2.42 asks for protobuf. A large page of OpenMetrics would take 3 minutes: with the features of the test servers, it looks for the
    // start time of each series in all following lines.
    const starting = await Promise.allSettled([
      PrometheusWatch.start('2.42', undefined, port, log, report).then(start),
      PrometheusWatch.start('3', ['PrometheusText0.0.4'], port, log, report).then(start),
    ]);
    const watches = starting.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
    const load = start(new RequestLoad(port, connections, report));
    const common = { port, pauseMs: 50 };
    const loops = [
      { ...common, client: 'a slow client of text', accepts: [TEXT], stallMs: STALL_MS },
      { ...common, client: 'a slow client of OpenMetrics', accepts: [OPENMETRICS], stallMs: STALL_MS },
      { port, client: 'a frequent client', accepts: [TEXT, OPENMETRICS, TEXT, PROTOBUF], stallMs: 0, pauseMs: 1000 },
    ].map((options) => start(new ScrapeLoop(options, log, report)));

    await delay(seconds * 1000);

    await load.stop();
    await Promise.all(loops.map((loop) => loop.stop()));
    const counts = exactCounts(load);
    const families = parse((await scrapePage(port, TEXT)).body, TEXT);
    for (const { query, expected, read } of counts) {
      if (read(families) !== expected) report(`${query} must be ${expected}; got ${read(families)}`);
      await Promise.all(watches.map((watch) => watch.expect(query, expected)));
    }
    await Promise.all(watches.map((watch) => watch.checkScrapes()));
    await Promise.all(watches.map((watch) => watch.stop()));
    await log.stop();
    return {
      requests: [...load.answered.values()].reduce((sum, count) => sum + count, 0),
      pages: log.summary(),
      counts: counts.map(({ query, expected }) => `${query} ${expected}`),
      faults,
    };
  } finally {
    for (const part of started.reverse()) await part.stop();
  }
}
