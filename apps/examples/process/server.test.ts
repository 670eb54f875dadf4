import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { printedUrl } from '@tooling/examples';
import { expect, test } from 'vitest';

const program = path.join(import.meta.dirname, 'server.mjs');

/** Scrapes until the metrics appear that are sampled once a second. */
async function scrapeAll(url: string, wanted: readonly string[]): Promise<ReadonlySet<string>> {
  for (;;) {
    const text = await (await fetch(url)).text();
    const names = new Set(text.match(/^[a-zA-Z_:][\w:]*/gm));
    if (wanted.every((name) => names.has(name))) return names;
    const isEarly = !names.has('nodejs_eventloop_utilization_summary') || !names.has('nodejs_eventloop_lag_seconds');
    if (!isEarly) return names;
    await delay(50);
  }
}

/** Metrics of Grafana's dashboards 11159 and 14058, and the other metrics of the official client. */
const ofDashboards = [
  'process_cpu_user_seconds_total',
  'process_cpu_system_seconds_total',
  'process_cpu_seconds_total',
  'process_start_time_seconds',
  'process_resident_memory_bytes',
  'nodejs_eventloop_lag_seconds',
  'nodejs_eventloop_lag_min_seconds',
  'nodejs_eventloop_lag_max_seconds',
  'nodejs_eventloop_lag_mean_seconds',
  'nodejs_eventloop_lag_stddev_seconds',
  'nodejs_eventloop_lag_p50_seconds',
  'nodejs_eventloop_lag_p90_seconds',
  'nodejs_eventloop_lag_p99_seconds',
  'nodejs_active_handles',
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources',
  'nodejs_active_resources_total',
  'nodejs_heap_size_total_bytes',
  'nodejs_heap_size_used_bytes',
  'nodejs_external_memory_bytes',
  'nodejs_heap_space_size_total_bytes',
  'nodejs_heap_space_size_used_bytes',
  'nodejs_heap_space_size_available_bytes',
  'nodejs_version_info',
  'nodejs_gc_duration_seconds_bucket',
  'nodejs_gc_duration_seconds_sum',
  'nodejs_gc_duration_seconds_count',
  ...(process.platform === 'linux'
    ? ['process_open_fds', 'process_max_fds', 'process_virtual_memory_bytes', 'process_heap_bytes']
    : []),
];

test('the page has every metric of the dashboards for Node.js', async () => {
  const url = await printedUrl(program);

  const names = await scrapeAll(url, ofDashboards);

  expect(ofDashboards.filter((name) => !names.has(name))).toEqual([]);
});

test('the page is also available as OpenMetrics', async () => {
  const url = await printedUrl(program);

  const response = await fetch(url, { headers: { accept: 'application/openmetrics-text; version=1.0.0' } });

  expect(response.headers.get('content-type')).toMatch(/^application\/openmetrics-text; version=1\.0\.0;/);
  expect(await response.text()).toMatch(/^# TYPE nodejs_version info$[\s\S]*# EOF\n$/m);
});
