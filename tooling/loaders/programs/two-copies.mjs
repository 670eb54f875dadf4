// One copy of the packages by import, and a later version of them by require of its CommonJS files: one /metrics.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { httpMetrics } from '@promwright/express';
import { setRoute } from '@promwright/http';
import { Counter, defaultRegistry } from '@promwright/metrics';
import { PromwrightError } from '@promwright/model';
import { collectDefaultMetrics } from '@promwright/process';
import express from 'express';

const require = createRequire(import.meta.url);
const second = (name) => require(`./second/node_modules/@promwright/${name}/dist/index.cjs`);
const other = Object.fromEntries(
  ['express', 'http', 'metrics', 'model', 'process'].map((name) => [name, second(name)]),
);
assert.notEqual(other.metrics.Counter, Counter, 'the second copy must be another one');
assert.equal(other.metrics.defaultRegistry, defaultRegistry);

new Counter({ name: 'imported_total', help: 'Counted by the first copy.' }).inc();
new other.metrics.Counter({ name: 'required_total', help: 'Counted by the second copy.' }).inc(2);
// The same metric in both copies is one metric.
new Counter({ name: 'shared_total', help: 'Counted by both copies.' }).inc();
new other.metrics.Counter({ name: 'shared_total', help: 'Counted by both copies.' }).inc();
assert.throws(
  () => new other.metrics.Counter({ name: 'shared_total', help: 'Something else.' }),
  (error) =>
    error instanceof PromwrightError &&
    error instanceof other.model.PromwrightError &&
    error.code === 'DUPLICATE_DEFINITION',
);
collectDefaultMetrics();
other.process.collectDefaultMetrics();

const app = express();
app.use(httpMetrics());
app.use(other.express.httpMetrics());
app.get('/orders/:id', (_req, res) => res.send('Order\n'));
app.get('/named/:id', (req, res) => {
  // Either copy's function names the route, whichever copy records the request.
  (req.params.id === '1' ? setRoute : other.http.setRoute)(req, '/by-name');
  res.send('Named\n');
});
const server = app.listen(0, '127.0.0.1', async () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  for (const path of ['/orders/1', '/orders/2', '/named/1', '/named/2', '/nowhere'])
    await (await fetch(url + path)).text();
  const page = await (await fetch(`${url}/metrics`)).text();
  const samples = new Map(
    page
      .split('\n')
      .filter((line) => line !== '' && line[0] !== '#')
      .map((line) => line.split(/ (?=\S+$)/)),
  );
  const expected = {
    imported_total: '1',
    required_total: '2',
    shared_total: '2',
    'http_request_duration_seconds_count{method="GET",route="/orders/:id",status_code="200"}': '2',
    'http_request_duration_seconds_count{method="GET",route="/by-name",status_code="200"}': '2',
    'http_request_duration_seconds_count{method="GET",route="(unmatched)",status_code="404"}': '1',
  };
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, samples.get(name)])), expected);
  const counts = [...samples.keys()].filter((name) => name.startsWith('http_request_duration_seconds_count'));
  assert.equal(counts.length, 3, counts.join('\n'));
  assert.equal(page.match(/^# TYPE process_cpu_seconds_total /gm)?.length, 1);
  server.close();
  server.closeAllConnections();
  console.log('one page');
  // The default metrics of both copies keep no process alive.
});
