import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type PackageRegistry, startPackageRegistry } from './package-registry.ts';
import { tarballIn } from './packed-packages.ts';
import { plainEnvironment } from './plain-environment.ts';
import { type QuickStart, type QuickStartFile, readCommandQuickStart, readQuickStart } from './quick-start.ts';
import { run } from './run.ts';
import { commands, type Manifest, publishedPackages, read, repositoryFiles } from './workspace.ts';

const packages = publishedPackages();
const files = repositoryFiles();

let registry: PackageRegistry;
/** Holds an empty folder for each README. */
let parent: string;

beforeAll(async () => {
  parent = mkdtempSync(path.join(tmpdir(), 'promwright-read-me-'));
  const packed = inject('packedFolder');
  const served = packages.map(({ name, manifest: { version } }) => ({
    tarball: tarballIn(packed, name, version),
    manifest: JSON.parse(readFileSync(path.join(packed, name, 'package/package.json'), 'utf8')) as Manifest,
  }));
  registry = await startPackageRegistry(served);
});
afterAll(async () => {
  await registry?.close();
  rmSync(parent, { recursive: true, force: true });
});

/** Settings of npm for a reader who asks a registry for the packages of this repository, and has the others in the cache. */
function environment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    'npm_config_@promwright:registry': registry.url,
    npm_config_prefer_offline: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
    ...extra,
  };
}

/** Runs a line of a README that needs no shell. */
function runLine(line: string, cwd: string): Promise<string> {
  const [command = '', ...args] = line.split(' ');
  return run(command, args, { cwd, env: environment() });
}

/** The empty folder of a reader, after `npm init -y` and the install line of the README. */
async function readersFolder(name: string, install: string): Promise<string> {
  const folder = path.join(parent, name);
  mkdirSync(folder);
  await runLine('npm init -y', folder);
  await runLine(install, folder);
  return folder;
}

/** A program of a README in the folder where it runs. */
interface Program {
  readonly folder: string;
  readonly file: string;
}

interface Running {
  readonly child: ChildProcess;
  /** First line of the program's output. */
  readonly firstLine: string;
  /** Sends SIGTERM, and returns the exit code. */
  end(): Promise<number | null>;
}

/** Runs a program that ends by itself with exit code 0, and returns its output. */
function runToEnd({ folder, file }: Program, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  return run(process.execPath, [file, ...args], { cwd: folder, env, timeoutMs: 30_000 });
}

async function start({ folder, file }: Program, env: Readonly<Record<string, string>>): Promise<Running> {
  const child = spawn(process.execPath, [file], {
    cwd: folder,
    env: plainEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  for (const untilMs = Date.now() + 30_000; !output.includes('\n'); await delay(10)) {
    if (child.exitCode === null && Date.now() < untilMs) continue;
    child.kill('SIGKILL');
    throw new Error(`${file} printed no line: ${output}${errors}`);
  }
  return {
    child,
    firstLine: output.split('\n', 1)[0]!,
    async end() {
      child.kill('SIGTERM');
      return (await ended)[0];
    },
  };
}

async function portOf(server: Server): Promise<number> {
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts a server that prints the address of its metrics, sends it requests, and returns the metrics once they have all texts. */
async function scrape(program: Program, requests: readonly string[], ...texts: readonly string[]): Promise<string> {
  const running = await start(program, { PORT: String(await freePort()) });
  try {
    for (const request of requests) {
      const [method = '', target = ''] = request.split(' ');
      await (await fetch(new URL(target, running.firstLine), { method })).arrayBuffer();
    }
    for (const untilMs = Date.now() + 20_000; ; await delay(100)) {
      const page = await (await fetch(running.firstLine)).text();
      if (texts.every((text) => page.includes(text)) || Date.now() > untilMs) return page;
    }
  } finally {
    await running.end();
  }
}

/** Checks that a README can be followed by running a program, and returns the text that must have the lines of its output. */
type Trial = (program: Program) => Promise<string>;

/** Sends the requests that the READMEs of the adapters name: two products, one order, one unknown path. */
const shop: Trial = (program) =>
  scrape(
    program,
    ['GET /products/42', 'GET /products/43', 'POST /products/tea/orders', 'GET /wp-login.php'],
    'http_request_duration_seconds',
  );

const runPushJob: Trial = async (program) => {
  const pushed: string[] = [];
  const gateway = createHttpServer(async (req, res) => {
    pushed.push(`${req.method} ${req.url}\n${await text(req)}`);
    res.end();
  });
  try {
    const url = `http://127.0.0.1:${await portOf(gateway)}`;
    expect(await runToEnd(program, ['.'], { PUSHGATEWAY_URL: url })).toBe('');
  } finally {
    gateway.close();
  }
  expect(pushed).toHaveLength(1);
  // Without a Pushgateway the job does its work all the same.
  await runToEnd(program, ['.'], { PUSHGATEWAY_URL: 'http://127.0.0.1:1' });
  return pushed[0]!;
};

const runTextfileJob: Trial = async (program) => {
  await runToEnd(program, ['mail.prom', '.']);
  return readFileSync(path.join(program.folder, 'mail.prom'), 'utf8');
};

const sendToGraphite: Trial = async (program) => {
  const received: Promise<string>[] = [];
  const graphite = createServer((socket) => received.push(text(socket)));
  const env = { GRAPHITE_HOST: '127.0.0.1', GRAPHITE_PORT: String(await portOf(graphite)) };
  const running = await start(program, { ...env, PORT: String(await freePort()) });
  try {
    for (let i = 0; i < 3; i++) await fetch(running.firstLine, { headers: { Connection: 'close' } });
    expect(await running.end()).toBe(0);
  } finally {
    running.child.kill('SIGKILL');
    graphite.close();
  }
  return (await Promise.all(received)).join('');
};

/** READMEs whose program does more than print to the end. The others must print their output and end with code 0. */
const trials: Readonly<Record<string, Trial>> = {
  'README.md': shop,
  'packages/express/README.md': shop,
  'packages/fastify/README.md': shop,
  'packages/koa/README.md': shop,
  'packages/http/README.md': (program) =>
    scrape(program, ['GET /products/42', 'GET /products/43', 'GET /wp-login.php'], 'http_request_duration_seconds'),
  // A worker publishes a quarter of a second later, and the workers do not start at once.
  'packages/cluster/README.md': (program) =>
    scrape(
      program,
      ['POST /products/tea/orders', 'POST /products/tea/orders'],
      'orders_total{product="tea"} 2',
      'promwright_members{state="live"} 4',
    ),
  // The lag appears with its first sample.
  'packages/process/README.md': (program) => scrape(program, [], 'nodejs_eventloop_lag_p99_seconds'),
  'packages/pushgateway/README.md': runPushJob,
  'packages/textfile/README.md': runTextfileJob,
  'packages/graphite/README.md': sendToGraphite,
};

/** Numbers that differ from run to run: what a process uses, times, durations, and numbers of files. */
const varying: Readonly<Record<string, RegExp>> = {
  'packages/process/README.md': /(?<= )[\d.e+-]+$/,
  'packages/pushgateway/README.md': /(?<= )[\d.e+-]+$/,
  'packages/textfile/README.md': /(?<= )[\d.e+-]+$/,
  'packages/graphite/README.md': /\d{10}$/,
};
/** Observations of a bucket: the first request of a process may be slow. */
const bucketCount = /(?<=,le="0[.]\d+"} )\d+$/;

function linesWithoutNumbers(readMe: string, lines: readonly string[]): string[] {
  const pattern = varying[readMe] ?? bucketCount;
  return lines.map((line) => line.replace(pattern, 'N'));
}

async function follow(readMe: string, program: Program, output: readonly string[]): Promise<void> {
  const result = await (trials[readMe] ?? runToEnd)(program);
  const lines = linesWithoutNumbers(readMe, result.split('\n'));
  for (const line of linesWithoutNumbers(readMe, output)) expect(lines, `${readMe} as ${program.file}`).toContain(line);
}

function write(folder: string, { name, text }: QuickStartFile): Program {
  writeFileSync(path.join(folder, name), text);
  return { folder, file: name };
}

async function followTypeScript(readMe: string, folder: string, quickStart: QuickStart): Promise<void> {
  const { name, commands } = quickStart.typeScript;
  const source = write(folder, quickStart.typeScript);
  const compiled = { folder, file: name.replace(/mts$/, 'mjs') };
  rmSync(path.join(folder, compiled.file));
  for (const line of commands) await runLine(line, folder);
  await follow(readMe, compiled, quickStart.output);
  // Node without type stripping has no such feature.
  if ((process.features as { typescript?: unknown }).typescript) await follow(readMe, source, quickStart.output);
}

const withCommand = packages.filter((pkg) => commands(pkg).length > 0).map(({ folder }) => `${folder}/README.md`);
const withProgram = ['README.md', ...packages.map(({ folder }) => `${folder}/README.md`)].filter(
  (readMe) => files.includes(readMe) && !withCommand.includes(readMe),
);
const timeout = 600_000;

describe('in an empty folder, with the packages of the install line', () => {
  test.concurrent.each(withProgram)(
    'the program of %s runs as ES module, CommonJS and TypeScript',
    { timeout },
    async (readMe) => {
      const quickStart = readQuickStart(read(readMe));
      const folder = await readersFolder(readMe.replaceAll(/\W+/g, '-').toLowerCase(), quickStart.install);

      await follow(readMe, write(folder, quickStart.program), quickStart.output);
      await follow(readMe, write(folder, quickStart.commonJs), quickStart.output);
      await followTypeScript(readMe, folder, quickStart);
    },
  );

  test.concurrent.each(withCommand)('the command of %s prints its output', { timeout }, async (readMe) => {
    const { install, file, commands, output } = readCommandQuickStart(read(readMe));
    const folder = await readersFolder(readMe.replaceAll(/\W+/g, '-').toLowerCase(), install);
    write(folder, file);

    // A command that finds problems ends with an exit code other than 0; the error then has the output.
    const results = await Promise.all(
      commands.map((line) => runLine(line, folder).catch((error: Error) => error.message)),
    );

    expect(results.join('\n').split('\n')).toEqual(expect.arrayContaining([...output]));
  });
});
