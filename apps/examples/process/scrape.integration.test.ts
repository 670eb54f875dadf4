import path from 'node:path';
import { askOpenMetrics, startExample } from '@tooling/examples';
import { parseOpenMetricsStrictly, promtoolCheckMetrics, type RunningProcess } from '@tooling/servers';
import { afterAll, beforeAll, expect, test } from 'vitest';

let app: RunningProcess;

beforeAll(async () => {
  app = await startExample(path.join(import.meta.dirname, 'server.mjs'));
});
afterAll(() => app?.stop());

test.each(['2.42', '3'] as const)('promtool %s objects only to names of the official client', async (version) => {
  // The summary appears after the first second.
  let text = '';
  while (!text.includes('nodejs_eventloop_utilization_summary'))
    text = await (await fetch(`${app.url}/metrics`)).text();

  const { output } = await promtoolCheckMetrics(text, version);

  expect(
    output
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0]),
  ).toEqual([
    'nodejs_active_handles_total',
    'nodejs_active_requests_total',
    'nodejs_active_resources_total',
    'nodejs_eventloop_utilization_histogram',
    'nodejs_eventloop_utilization_summary',
  ]);
});

test('the page passes a strict parser of OpenMetrics', async () => {
  const response = await askOpenMetrics(app.url);

  expect(await parseOpenMetricsStrictly(await response.text())).toMatchObject({ ok: true });
});
