import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { type RunningProcess, startProcess } from '@tooling/servers';
import { startAnyPrometheus } from './any-prometheus.ts';
import { excerptOf } from './excerpt.ts';
import { sendTraffic } from './traffic.ts';

/** Interval of reports in milliseconds. */
const REPORT_EVERY_MS = 5000;

const QUESTIONS = [
  [
    'requests per second, by route and status',
    'sum by (route, status_code) (rate(http_request_duration_seconds_count[15s]))',
  ],
  [
    '95th percentile of request durations, in seconds',
    'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[15s])))',
  ],
] as const;

/**
 * Runs the Express example under traffic of the demo, and prints its metrics until the process is interrupted. Also prints query
 * results of a Prometheus that scrapes the example, if a Prometheus starts. All started processes have ended once the promise
 * resolves.
 */
export async function demo(): Promise<void> {
  const stop = new AbortController();
  const interrupted = () => stop.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupted);
  const watch = watchParent(interrupted);
  const running: { stop(): Promise<void> }[] = [];
  try {
    const app = await startExample();
    running.push(app);
    const traffic = sendTraffic(app.url, stop.signal);
    // Without traffic there is nothing to show. The await of `traffic` below throws the reason.
    traffic.catch(() => stop.abort());
    console.log(
      `\nThe Express example runs at ${app.url}, with traffic from this demo. Its metrics: ${app.url}/metrics`,
    );
    console.log('Press Ctrl-C to stop.');

    const prometheus = startAnyPrometheus(new URL(app.url).host, stop.signal).then((server) => {
      if (server === undefined) return undefined;
      running.push(server);
      console.log(
        `\nPrometheus ${server.version} scrapes the example every second. Send your own queries to ${server.url}/api/v1/query`,
      );
      return server;
    });
    while (!stop.signal.aborted) {
      await delay(REPORT_EVERY_MS, undefined, { signal: stop.signal }).catch(() => undefined);
      if (stop.signal.aborted) break;
      console.log(`\n--- ${new Date().toISOString()} ${app.url}/metrics`);
      console.log(excerptOf(await (await fetch(`${app.url}/metrics`)).text()));
      const server = await Promise.race([prometheus, undefined]);
      for (const [title, query] of server === undefined ? [] : QUESTIONS) {
        console.log(`\n${title}\n  ${query}`);
        for (const { labels, value } of await server!.query(query)) {
          const text = Object.entries(labels).map(([name, text]) => `${name}="${text}"`);
          console.log(`    {${text.join(', ')}} ${value?.toFixed(4)}`);
        }
      }
    }
    await Promise.all([traffic, prometheus]);
  } finally {
    stop.abort();
    clearInterval(watch);
    for (const each of running.reverse()) await each.stop();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, interrupted);
  }
  console.log('\nEverything that was started has ended.');
}

/** Calls `orphaned` once the parent has ended: a signal that ends only npm does not reach this process. */
function watchParent(orphaned: () => void): NodeJS.Timeout {
  const parent = process.ppid;
  return setInterval(() => {
    if (process.ppid !== parent) orphaned();
  }, 200);
}

function startExample(): Promise<RunningProcess> {
  const server = createRequire(import.meta.url).resolve('@examples/express/server.js');
  return startProcess({
    name: 'the Express example',
    command: process.execPath,
    args: () => [server],
    env: (port) => ({ PORT: String(port) }),
    ready: '/metrics',
  });
}
