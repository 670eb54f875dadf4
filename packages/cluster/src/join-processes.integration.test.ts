import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';

const PROGRAM = `
import { joinProcesses } from '@promwright/cluster';
import { Counter, Gauge, Histogram, defaultRegistry } from '@promwright/metrics';
import { familyFromRows, samples } from '@promwright/model';
import { openSync } from 'node:fs';

process.on('warning', ({ message }) => process.send(['warning', message]));
const processes = joinProcesses({ directory: process.env.SPOOL, ...JSON.parse(process.env.OPTIONS ?? '{}') });
const counter = new Counter({ name: 'c_total', help: 'C.' });
const gauge = new Gauge({ name: 'g', help: 'G.' });
const recent = new Gauge({ name: 'recent', help: 'R.', merge: 'livemostrecent' });
new Gauge({ name: 'lazy', help: 'L.', collect() { this.set(7); } });
const histogram = new Histogram({ name: 'h', help: 'H.', labelNames: ['a'], native: {} });
defaultRegistry.register({ collect: () => [familyFromRows({ name: 'custom', type: 'gauge', rows: [{ value: 3 }] })] });
const commands = {
  inc: (amount) => counter.inc(amount),
  set: (value) => { gauge.set(value); recent.set(value); },
  observe: (value) => histogram.observe({ a: 'x' }, value),
  block: (ms) => { for (const end = performance.now() + ms; performance.now() < end; ); },
  members: () => processes.members(),
  scrape: async (names, member) => {
    const families = await processes.gather({ ...(names && { names }), ...(member && { member }) });
    return Object.fromEntries(families.flatMap((family) => [...samples(family)].map(({ name, labels, value }) => {
      const pairs = labels.map((label) => label.name + '="' + label.value + '"');
      return [pairs.length === 0 ? name : name + '{' + pairs.join() + '}', value];
    })));
  },
  exhaust: () => {
    try {
      for (;;) openSync('/dev/null');
    } catch {}
  },
  leave: () => processes.leave(),
  leaveAndExit: () => {
    processes.leave();
    process.exit();
  },
  exit: (code) => process.exit(code),
};
process.on('message', async ([command, ...args]) => process.send(['done', await commands[command](...args)]));
process.on('disconnect', () => process.exit());
process.send(['done']);
`;

/** Process that has joined. */
class Member {
  readonly child: ChildProcess;
  readonly warnings: string[] = [];

  private constructor(child: ChildProcess) {
    this.child = child;
    child.on('message', ([kind, text]: [string, string]) => {
      if (kind === 'warning') this.warnings.push(text);
    });
  }

  static async start(directory: string, options: object = {}, prefix: readonly string[] = []): Promise<Member> {
    const [command = '', ...args] = [...prefix, process.execPath, '--input-type=module', '--eval', PROGRAM];
    const child = spawn(command, args, {
      cwd: path.join(import.meta.dirname, '..'),
      env: { ...process.env, NODE_NO_WARNINGS: '1', SPOOL: directory, OPTIONS: JSON.stringify(options) },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const member = new Member(child);
    onTestFinished(() => member.end('SIGKILL'));
    await member.#done();
    return member;
  }

  async send(command: string, ...args: unknown[]): Promise<unknown> {
    const done = this.#done();
    this.child.send([command, ...args]);
    return await done;
  }

  /** Returns the value of each sample, by its name and labels as in the text format. */
  async scrape(...names: string[]): Promise<Record<string, number>> {
    return (await this.send('scrape', names.length === 0 ? null : names)) as Record<string, number>;
  }

  async end(how: 'SIGKILL' | 'exit'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    if (how === 'exit') this.child.send(['exit', 0]);
    else this.child.kill(how);
    await exit;
  }

  /** Resolves with the result of the next command that is done. */
  async #done(): Promise<unknown> {
    const exit = once(this.child, 'exit').then(([code]) => {
      throw new Error(`The process ended with code ${code}`);
    });
    exit.catch(() => undefined);
    const done = new Promise((resolve) => {
      const onMessage = ([kind, result]: [string, unknown]) => {
        if (kind !== 'done') return;
        this.child.off('message', onMessage);
        resolve(result);
      };
      this.child.on('message', onMessage);
    });
    return await Promise.race([done, exit]);
  }
}

function newDirectory(): string {
  const parent = mkdtempSync(path.join(tmpdir(), 'promwright-join-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  return path.join(parent, 'spool');
}

/** Longer than the time between two publications. */
const PUBLISHED_MS = 600;
const STATE = (state: string) => `promwright_members{state="${state}"}`;

test('any process shows the sums of all, also of those that have exited or were killed', async () => {
  const directory = newDirectory();
  const [a, b, c] = await Promise.all([Member.start(directory), Member.start(directory), Member.start(directory)]);
  await a.send('inc', 1);
  await b.send('inc', 10);
  await c.send('inc', 100);
  await a.send('set', 2);
  await c.send('set', 5);
  await a.send('observe', 1);
  await b.send('observe', 4);
  await delay(PUBLISHED_MS);

  const whole = await a.scrape();
  expect(await b.scrape('c_total')).toEqual({ c_total: 111 });
  await b.send('inc', 1000);
  await b.end('exit');
  await c.end('SIGKILL');

  expect(whole).toMatchObject({
    c_total: 111,
    g: 7,
    recent: 5,
    lazy: 21,
    custom: 9,
    'h_count{a="x"}': 2,
    'h_sum{a="x"}': 5,
    [STATE('live')]: 3,
    [STATE('dead')]: 0,
  });
  expect(await a.scrape()).toMatchObject({ c_total: 1111, g: 2, recent: 2, [STATE('live')]: 1, [STATE('dead')]: 2 });
  expect(readdirSync(directory)).toHaveLength(2);
});

test('a process that is blocked delays no scrape of another process', async () => {
  const directory = newDirectory();
  const [a, b] = await Promise.all([Member.start(directory), Member.start(directory)]);
  await b.send('inc', 5);
  await delay(PUBLISHED_MS);

  const blocked = b.send('block', 3000);
  const begin = performance.now();
  const scraped = await a.scrape('c_total', 'promwright_members');
  const durationMs = performance.now() - begin;
  await blocked;

  expect(scraped).toMatchObject({ c_total: 5, [STATE('live')]: 2 });
  expect(durationMs).toBeLessThan(2000);
});

test('a new process takes over from ended ones; when all have ended, the next begins afresh', async () => {
  const directory = newDirectory();
  const first = await Member.start(directory);
  await first.send('inc', 3);
  const second = await Member.start(directory);
  await first.end('exit');
  await second.send('inc', 4);
  expect(await second.scrape('c_total')).toEqual({ c_total: 7 });
  await second.end('exit');

  const third = await Member.start(directory);

  expect(await third.scrape('c_total', 'promwright_members')).toMatchObject({ c_total: 0, [STATE('dead')]: 0 });
});

test('a process that has left shows its own metrics, and its counts stay', async () => {
  const directory = newDirectory();
  const [a, b] = await Promise.all([Member.start(directory), Member.start(directory)]);
  await a.send('inc', 1);
  await b.send('inc', 2);
  await a.send('leave');

  expect(await b.scrape('c_total')).toEqual({ c_total: 3 });
  expect(await a.scrape('c_total')).toEqual({ c_total: 1 });
});

test('a process that leaves while it exits loses nothing', async () => {
  const directory = newDirectory();
  const [a, b] = await Promise.all([Member.start(directory), Member.start(directory)]);
  const exit = once(a.child, 'exit');
  await a.send('inc', 7);
  a.child.send(['leaveAndExit']);
  await exit;

  expect(await b.scrape('c_total')).toEqual({ c_total: 7 });
});

test('each process shows separate series on request', async () => {
  const directory = newDirectory();
  const [a, b] = await Promise.all([
    Member.start(directory),
    Member.start(directory, { perMember: true, memberLabel: 'worker' }),
  ]);
  await a.send('inc', 1);
  await b.send('inc', 2);
  await delay(PUBLISHED_MS);

  expect(await a.scrape('c_total')).toEqual({ c_total: 3 });
  expect(await b.scrape('c_total')).toEqual({
    [`c_total{worker="${a.child.pid}"}`]: 1,
    [`c_total{worker="${b.child.pid}"}`]: 2,
  });
});

test('each process can be shown alone, by any process', async () => {
  const directory = newDirectory();
  const [a, b] = await Promise.all([Member.start(directory), Member.start(directory)]);
  await a.send('inc', 1);
  await b.send('inc', 2);
  await delay(PUBLISHED_MS);

  expect(((await a.send('members')) as string[]).sort()).toEqual([String(a.child.pid), String(b.child.pid)].sort());
  expect(await a.send('scrape', ['c_total'], String(b.child.pid))).toEqual({ c_total: 2 });
  expect(await b.send('scrape', ['c_total'], String(b.child.pid))).toEqual({ c_total: 2 });
  await b.end('SIGKILL');
  expect(await a.send('members')).toEqual([String(a.child.pid)]);
});

test('a directory that was deleted is created again, with the counts of all living processes', async () => {
  const directory = newDirectory();
  const [a, b] = await Promise.all([Member.start(directory), Member.start(directory)]);
  await a.send('inc', 1);
  await b.send('inc', 2);
  await delay(PUBLISHED_MS);
  rmSync(directory, { recursive: true });

  await delay(PUBLISHED_MS);

  expect(await a.scrape('c_total')).toEqual({ c_total: 3 });
  expect(await b.scrape('c_total')).toEqual({ c_total: 3 });
  expect([...a.warnings, ...b.warnings]).toEqual([]);
});

test('a full disk costs what cannot be written, and nothing once there is room again', async () => {
  const directory = newDirectory();
  // The limit of a file, in blocks of 512 bytes, stands for a disk without room. Node ignores the signal.
  const a = await Member.start(directory, { publishIntervalMs: 50 }, ['sh', '-c', 'ulimit -S -f 6; exec "$@"', 'sh']);
  const b = await Member.start(directory);
  for (let i = 0; i < 200; i++) {
    await a.send('inc', 1);
    await a.send('observe', i);
    if (i % 4 === 0) await delay(60);
  }

  const shown = (await b.scrape('c_total')).c_total!;

  expect(shown).toBeGreaterThan(0);
  expect(shown).toBeLessThan(200);
  expect(await a.scrape('c_total')).toEqual({ c_total: 200 });
  // The file is written anew, and fits again, from time to time.
  expect(new Set(a.warnings)).toEqual(new Set([expect.stringContaining('EFBIG')]));
});

test('a process without file descriptors shows the state of before', async () => {
  const directory = newDirectory();
  const a = await Member.start(directory, {}, ['sh', '-c', 'ulimit -n 200; exec "$@"', 'sh']);
  const b = await Member.start(directory);
  await b.send('inc', 100);
  await delay(PUBLISHED_MS);
  const before = await a.scrape('c_total');
  await a.send('exhaust');
  await b.end('exit');
  const c = await Member.start(directory);
  await c.send('inc', 1);
  // Another process counts the ended one.
  await c.scrape('c_total');

  expect(before).toEqual({ c_total: 100 });
  expect(await a.scrape('c_total')).toEqual({ c_total: 100 });
  await vi.waitFor(() => expect(a.warnings).toEqual([expect.stringContaining('EMFILE')]));
});

test.each<[string, (directory: string) => void, string]>([
  [
    'is open to other users',
    (directory) => mkdirSync(directory, { mode: 0o755 }),
    'must be closed to other users (mode 700); its mode is 755',
  ],
  [
    'is a symbolic link',
    (directory) => {
      mkdirSync(`${directory}-target`, { mode: 0o700 });
      symlinkSync(`${directory}-target`, directory);
    },
    'must be a directory, and no symbolic link',
  ],
  ['is below a file', (directory) => symlinkSync('/dev/null', directory), 'cannot be created'],
])('a process shows its own metrics if the directory %s', async (_, prepare, message) => {
  const directory = newDirectory();
  prepare(directory);
  const a = await Member.start(directory);
  await a.send('inc', 1);

  expect(await a.scrape('c_total', 'promwright_members')).toMatchObject({ c_total: 1, [STATE('live')]: 1 });
  await vi.waitFor(() => expect(a.warnings).toEqual([expect.stringContaining(message)]));
});

test('a process joins as soon as the directory can be used', async () => {
  const directory = newDirectory();
  mkdirSync(directory, { mode: 0o755 });
  const a = await Member.start(directory, { collectIntervalMs: 100 });
  await a.send('inc', 1);
  chmodSync(directory, 0o700);
  await delay(PUBLISHED_MS);
  const b = await Member.start(directory);

  expect(await b.scrape('c_total', 'promwright_members')).toMatchObject({ c_total: 1, [STATE('live')]: 2 });
});

test('a process shows its own metrics if the directory belongs to another user', async () => {
  const isRoot = process.getuid?.() === 0;
  const directory = isRoot ? newDirectory() : '/';
  if (isRoot) {
    mkdirSync(directory, { mode: 0o700 });
    chownSync(directory, 12345, 12345);
  }
  const a = await Member.start(directory);
  await a.send('inc', 1);

  expect(await a.scrape('c_total')).toEqual({ c_total: 1 });
  await vi.waitFor(() => expect(a.warnings).toEqual([expect.stringContaining('it belongs to user')]));
});

test('a worker thread shows its own metrics, and reports why', async () => {
  const program = `
    import { Worker } from 'node:worker_threads';
    new Worker(process.env.PROGRAM, { eval: true, execArgv: [] }).once('message', (message) => console.log(JSON.stringify(message)));`;
  const inThread = `
    (async () => {
      const { joinProcesses } = await import('@promwright/cluster');
      const { Counter } = await import('@promwright/metrics');
      new Counter({ name: 'c_total', help: 'C.' }).inc();
      const errors = [];
      const onError = (error) => errors.push(error.message);
      const processes = joinProcesses({ directory: ${JSON.stringify(newDirectory())}, onError });
      const [family] = await processes.gather({ names: ['c_total'] });
      require('node:worker_threads').parentPort.postMessage([family.values[0], ...errors]);
    })();`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: path.join(import.meta.dirname, '..'),
    env: { ...process.env, PROGRAM: inThread },
    stdio: ['ignore', 'pipe', 'inherit'],
  });

  expect(JSON.parse(await text(child.stdout))).toEqual([
    1,
    'A worker thread cannot join processes; the main thread of its process can',
  ]);
});
