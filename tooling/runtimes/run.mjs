// Runs the program beside under Bun and Deno, sends it requests, and compares what it recorded.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { installTools, toolVersions } from '../setup/install-tools.mjs';

const here = import.meta.dirname;
const root = path.resolve(here, '../..');
// Deno is given nothing but the network and what the program imports.
const runtimes = {
  bun: [path.join(here, 'node_modules/bun/bin/bun'), 'run'],
  deno: [
    path.join(here, 'node_modules/deno/deno'),
    'run',
    '--no-prompt',
    '--no-lock',
    '--no-remote',
    '--node-modules-dir=manual',
    '--allow-net=127.0.0.1',
    `--allow-read=${root}`,
  ],
};
const versions = toolVersions(here);
installTools(here);

/** What is tried on each runtime. */
const trials = {
  'measured to headers': () => tryProgram('headers'),
  'measured to complete': () => tryProgram('complete'),
  'the example for fetch handlers': () => ({ program: 'example.js', args: ['fetch/server.mjs'], check: checkExample }),
  'the example for Hono': () => ({ program: 'example.js', args: ['hono/application.mjs'], check: checkExample }),
};

for (const name of Object.keys(runtimes)) {
  for (const [what, trial] of Object.entries(trials)) {
    const start = performance.now();
    let result = 'passed';
    try {
      await run(name, trial());
    } catch (error) {
      console.error(error);
      result = 'FAILED';
      process.exitCode = 1;
    }
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${name} ${versions[name]}, ${what}: ${result} in ${seconds} s`);
  }
}

/** Starts a program, gives its address to `check`, and ends it. */
async function run(name, { program, args, check }) {
  const [command, ...options] = runtimes[name];
  const child = spawn(command, [...options, path.join(here, program), ...args], {
    cwd: here,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  try {
    const [line] = await Promise.race([
      once(createInterface({ input: child.stdout }), 'line'),
      ended.then(([code]) => {
        throw new Error(`${name} ended with code ${code} before it listened`);
      }),
      delay(10_000, undefined, { ref: false }).then(() => {
        throw new Error(`${name} did not listen within 10 s`);
      }),
    ]);
    await check(line.trim().replace(/\/$/, ''));
  } catch (error) {
    console.error(said);
    throw error;
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

function tryProgram(measure) {
  const check = async (url) => {
    await sendRequests(url);
    await compare(url, measure);
    await scrapes(url);
  };
  return { program: 'program.js', args: [measure], check };
}

async function checkExample(url) {
  for (const id of [42, 43]) assert.equal(String(await read(await ask(`${url}/products/${id}`))), `Product ${id}\n`);
  assert.equal((await ask(`${url}/products/tea/orders`, { method: 'POST' }).then(drain)).statusCode, 201);
  assert.equal((await ask(`${url}/nowhere`).then(drain)).statusCode, 404);
  const text = String(await read(await ask(`${url}/metrics`)));
  assert.deepEqual(samples(text, 'http_request_duration_seconds_count'), {
    'GET /products/:id 200': 2,
    'POST /products/tea/orders 201': 1,
    'GET (unmatched) 404': 1,
  });
  assert.deepEqual(samples(text, 'orders_total'), { tea: 1 });
}

/** Answers the response's head; the body is read or left by `then`. */
function ask(url, { method = 'GET', headers = {}, body, signal } = {}) {
  return new Promise((resolve, reject) => {
    const req = request(url, { method, headers, signal, agent: false }, (res) => {
      // Whoever leaves in the middle is told so.
      res.on('error', () => undefined);
      resolve(res);
    });
    req.on('error', reject).end(body);
  });
}

async function read(res) {
  return Buffer.concat(await res.toArray());
}

async function sendRequests(url) {
  const made = await ask(`${url}/users/7?x=1`, { method: 'POST', headers: { 'Content-Length': 5 }, body: 'hello' });
  assert.deepEqual([made.statusCode, made.headers['set-cookie']], [201, ['a=1', 'b=2']]);
  assert.equal(String(await read(made)), 'User of 5');
  assert.equal((await ask(`${url}/users/8`, { method: 'HEAD' }).then(drain)).statusCode, 201);
  assert.equal((await ask(`${url}/fails`).then(drain)).statusCode, 500);
  assert.equal((await ask(`${url}/nowhere`).then(drain)).statusCode, 404);
  assert.equal((await ask(`${url}/nowhere`, { method: 'PROPFIND' }).then(drain)).statusCode, 404);
  assert.equal(String(await read(await ask(`${url}/stream`))), 'chunk\n'.repeat(3));
  assert.equal(String(await read(await ask(`${url}/events`))), 'data: 1\n\n'.repeat(3));

  const early = new AbortController();
  const unanswered = ask(`${url}/slow`, { signal: early.signal });
  setTimeout(() => early.abort(), 50);
  await assert.rejects(unanswered, { name: 'AbortError' });

  const late = new AbortController();
  const endless = await ask(`${url}/endless`, { signal: late.signal });
  await once(endless, 'data');
  late.abort();
}

async function drain(res) {
  await read(res);
  return res;
}

async function compare(url, measure) {
  const expected = {
    http_request_duration_seconds_count: {
      'POST /users/:id 201': 1,
      'HEAD /users/:id 201': 1,
      'GET /fails 500': 1,
      'GET (none) 404': 1,
      '_OTHER (none) 404': 1,
      'GET /stream 200': 1,
      'GET /events 200': 1,
      'GET /slow 499': 1,
      'GET /endless 200': 1,
    },
    http_request_aborts_total: {
      'GET /slow before_headers': 1,
      ...(measure === 'complete' && { 'GET /endless mid_response': 1 }),
    },
    http_stream_duration_seconds_count: measure === 'complete' ? { 'GET /events 200': 1 } : {},
    http_requests_in_flight: { GET: 0, HEAD: 0, POST: 0, _OTHER: 0 },
    http_instrumentation_errors_total: { '': 0 },
  };
  let found;
  for (const until = performance.now() + 5000; performance.now() < until; await delay(20)) {
    const text = String(await read(await ask(`${url}/metrics?${Object.keys(expected).map(nameParameter).join('&')}`)));
    found = Object.fromEntries(Object.keys(expected).map((name) => [name, samples(text, name)]));
    try {
      assert.deepEqual(found, expected);
      return;
    } catch {
      // The end of an abort takes its time to arrive.
    }
  }
  assert.deepEqual(found, expected);
}

function nameParameter(sample) {
  return `name[]=${sample.replace(/_count$/, '')}`;
}

function samples(text, name) {
  return Object.fromEntries(
    [...text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)]
      .filter(([, found]) => found === name)
      .map(([, , labels = '', value]) => [
        [...labels.matchAll(/="([^"]*)"/g)].map(([, text]) => text).join(' '),
        +value,
      ]),
  );
}

async function scrapes(url) {
  const all = await ask(`${url}/metrics`, {
    headers: { Accept: 'application/openmetrics-text;version=1.0.0', 'Accept-Encoding': 'gzip' },
  });
  const text = String(gunzipSync(await read(all)));
  assert.deepEqual([all.statusCode, all.headers['content-encoding']], [200, 'gzip']);
  assert.match(all.headers['content-type'], /^application\/openmetrics-text; version=1\.0\.0/);
  assert.ok(text.endsWith('\n# EOF\n') && text.includes('an-item-with-a-long-name-19999'));

  const plain = await ask(`${url}/metrics`);
  assert.equal(plain.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  assert.equal(String(await read(plain)).match(/^items_total\{/gm).length, 20_000);
  assert.equal((await ask(`${url}/metrics`, { method: 'POST' }).then(drain)).statusCode, 405);
  const head = await ask(`${url}/metrics`, { method: 'HEAD' });
  assert.deepEqual([head.statusCode, (await read(head)).length], [200, 0]);

  // Readers that leave must not take the places of those to come.
  for (let i = 0; i < 6; i++) {
    const left = new AbortController();
    const scrape = await ask(`${url}/metrics`, { signal: left.signal });
    await once(scrape, 'data');
    left.abort();
  }
  for (const until = performance.now() + 5000; ; await delay(20)) {
    const { statusCode } = await ask(`${url}/metrics`).then(drain);
    if (statusCode === 200) return;
    assert.ok(performance.now() < until, `a scrape after those that were left is answered by ${statusCode}`);
  }
}
