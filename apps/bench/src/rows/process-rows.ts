import { spawn } from 'node:child_process';
import { Agent, get, type RequestListener } from 'node:http';
import type { Contestant, Row, Sampler, Settings } from '../group.ts';
import {
  type DefaultMetrics,
  type DefaultMetricsLibrary,
  fixedPage,
  officialDefaultMetrics,
  ourDefaultMetrics,
  serve,
} from '../libraries/default-metrics.ts';
import { measureTime, type Operation } from '../measure-time.ts';

const SCRAPES = 5;
const ACCEPT = 'text/plain;version=0.0.4';

/** Returns the row of the CPU time of an idle, scraped process, as a share of a processor. The scraper is another process. */
export function idleRow(title: string): Row {
  const official = officialDefaultMetrics();
  const contestant = (library: DefaultMetricsLibrary): Contestant => ({
    name: library.name,
    start: async (settings) => idle(await library.start(), settings),
  });
  return {
    title,
    unit: '% of a core',
    rounds: 3,
    contestants: [contestant(ourDefaultMetrics()), contestant(official), contestant(fixedPage)],
    targets: [
      { kind: 'at-most', value: 0.4 },
      { kind: 'within', against: official.name, times: 1 },
    ],
  };
}

/** Returns the row of one collection, without formatting. */
export function collectionRow(title: string): Row {
  const contestant = (library: DefaultMetricsLibrary): Contestant => ({
    name: library.name,
    start: async (settings) => measureTime(collecting(await library.start()), settings),
  });
  return {
    title,
    unit: 'ns',
    contestants: [contestant(ourDefaultMetrics()), contestant(officialDefaultMetrics())],
    targets: [{ kind: 'at-most', value: 1_000_000 }],
  };
}

/** Returns the row of the longest time that reading files of the kernel blocks the event loop. */
export function longestHoldRow(title: string): Row {
  const contestant = (library: DefaultMetricsLibrary): Contestant => ({
    name: library.name,
    start: async () => longestHold(await library.start()),
  });
  return {
    title,
    unit: 'ms',
    contestants: [
      contestant(ourDefaultMetrics(['process', 'network', 'cgroup'])),
      contestant(officialDefaultMetrics('process_')),
    ],
    targets: [{ kind: 'at-most', value: 1 }],
  };
}

async function idle({ listener }: DefaultMetrics, { roundMs, warmUpMs }: Settings): Promise<Sampler> {
  await warmUp(listener, warmUpMs * 10);
  // Shorter in the tests of the group, which must not take seconds.
  const everyMs = roundMs >= 10 ? 1000 : 20;
  let scrapes = 0;
  const sample = async () => {
    let onScrape: () => void = () => undefined;
    const { server, url } = await serve((req, res) => {
      scrapes++;
      listener(req, res);
      res.on('close', () => onScrape());
    });
    const scraper = spawn(process.execPath, ['--eval', SCRAPER, url, String(everyMs)], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    const nextScrape = () =>
      new Promise<void>((resolve) => {
        onScrape = resolve;
      });
    // Effects of the first scrapes are over after two scrapes.
    for (let i = 0; i < 2; i++) await nextScrape();
    const start = performance.now();
    const before = process.cpuUsage();
    for (let i = 0; i < SCRAPES; i++) await nextScrape();
    const { user, system } = process.cpuUsage(before);
    const share = (user + system) / 1000 / (performance.now() - start);
    scraper.stdin!.end();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    return share * 100;
  };
  return {
    sample,
    async check() {
      if (scrapes < SCRAPES) throw new Error(`It was scraped ${scrapes} times; must be ${SCRAPES} or more`);
    },
  };
}

/** Scrapes as fast as possible, to get compiled code as in a process that has been scraped for hours. */
async function warmUp(listener: RequestListener, forMs: number): Promise<void> {
  const { server, url } = await serve(listener);
  const agent = new Agent({ keepAlive: true });
  for (const start = performance.now(); performance.now() - start < forMs; ) {
    await new Promise<void>((resolve, reject) => {
      get(url, { agent, headers: { accept: ACCEPT } }, (res) => res.resume().on('end', resolve)).on('error', reject);
    });
  }
  agent.destroy();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
}

/** Program that scrapes like a Prometheus server, over one connection, until its standard input ends. */
const SCRAPER = `
const http = require('node:http');
const [url, everyMs] = process.argv.slice(1);
const agent = new http.Agent({ keepAlive: true });
const headers = { accept: '${ACCEPT}' };
const scrape = () => http.get(url, { agent, headers }, (res) => res.resume()).on('error', () => {});
setInterval(scrape, Number(everyMs));
process.stdin.on('end', () => process.exit()).resume();
`;

function collecting({ collect }: DefaultMetrics): Operation {
  let complete = 0;
  return {
    async run(times) {
      for (let i = 0; i < times; i++) if ((await collect()) > 25) complete++;
    },
    read: () => ({ series: 1, total: complete }),
    initially: { series: 1, total: 0 },
  };
}

async function longestHold({ collect }: DefaultMetrics): Promise<Sampler> {
  let families = 0;
  return {
    async sample() {
      let longest = 0;
      let last = performance.now();
      let collected = false;
      const watch = () => {
        const now = performance.now();
        longest = Math.max(longest, now - last);
        last = now;
        if (!collected) setImmediate(watch);
      };
      setImmediate(watch);
      families = await collect();
      collected = true;
      watch();
      return longest;
    },
    async check() {
      if (families < 5) throw new Error(`It collected ${families} families`);
    },
  };
}
