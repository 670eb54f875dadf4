// How fast documents become columns. From the root of the repository, with Node 22.18 or later:
//   node --conditions=@promwright/source packages/parser/bench/throughput.ts
import { parse } from '../src/parse.ts';
import { parseOpenMetrics } from '../src/parse-open-metrics.ts';
import { parseText } from '../src/parse-text.ts';

const ROUNDS = 15;
const BOUNDS = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1.0', '2.5', '5.0', '10.0', '+Inf'];

function counters(count: number): string {
  const methods = ['GET', 'POST', 'PUT', 'DELETE'];
  let text = '# TYPE http_requests counter\n# HELP http_requests Requests.\n';
  for (let i = 0; i < count; i++) {
    const labels = `method="${methods[i % 4]}",route="/api/v1/resource/${i >> 4}/items",status="${200 + ((i >> 2) % 4)}"`;
    text += `http_requests_total{${labels}} ${i * 1.37}\n`;
  }
  return `${text}# EOF\n`;
}

function histograms(count: number): string {
  let text = '# TYPE latency_seconds histogram\n';
  for (let i = 0; i < count; i++) {
    const labels = `method="GET",route="/api/v1/resource/${i}/items"`;
    let total = 0;
    for (const le of BOUNDS) {
      total += i % 7;
      text += `latency_seconds_bucket{${labels},le="${le}"} ${total}\n`;
    }
    text += `latency_seconds_sum{${labels}} ${i * 1.1}\nlatency_seconds_count{${labels}} ${total}\n`;
  }
  return `${text}# EOF\n`;
}

function measure(name: string, bytes: number, run: () => unknown): void {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  const megabytes = bytes / 1e6;
  console.log(
    `${name}: ${megabytes.toFixed(1)} MB in ${best.toFixed(0)} ms, ${((megabytes / best) * 1000).toFixed(0)} MB/s`,
  );
}

const documents = { '100,000 counter series': counters(100_000), '10,000 histograms x 11': histograms(10_000) };
for (const [name, text] of Object.entries(documents)) {
  const bytes = new TextEncoder().encode(text);
  // As it comes from the wire: one flat string, not the rope that was put together above.
  const flat = new TextDecoder().decode(bytes);
  measure(`${name}, text`, bytes.length, () => parseText(flat));
  measure(`${name}, OpenMetrics`, bytes.length, () => parseOpenMetrics(flat));
  measure(`${name}, text, from bytes`, bytes.length, () => parse(bytes, 'text/plain'));
}
