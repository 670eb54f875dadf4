import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createFamily, familyFromRows, type MetricFamily } from '@promwright/model';
import { expect, onTestFinished, test } from 'vitest';
import { MemberFile } from './member-file.ts';
import { ownIdentity, type ProcessIdentity } from './process-identity.ts';
import { memberId, Spool, type SpoolState } from './spool.ts';
import { FORMAT, headerBytes } from './spool-file.ts';

const { namespace } = ownIdentity();

function newDirectory(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'promwright-spool-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function ticksOf(pid: number): string {
  return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ')[19]!;
}

/** Starts a process that stands for a member. */
async function startProcess(): Promise<{ identity: ProcessIdentity; end: () => Promise<void> }> {
  const child: ChildProcess = spawn('sleep', ['60']);
  await once(child, 'spawn');
  const end = async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  onTestFinished(end);
  return { identity: { pid: child.pid!, startTicks: ticksOf(child.pid!), namespace }, end };
}

const counter = (value: number): MetricFamily =>
  familyFromRows({ name: 'c_total', type: 'counter', rows: [{ value }] });
const gauge = (value: number): MetricFamily => familyFromRows({ name: 'g', type: 'gauge', rows: [{ value }] });

function joinAs(spool: Spool, identity: ProcessIdentity, families: readonly MetricFamily[], format = FORMAT): string {
  const id = memberId(identity);
  const header = { kind: 'member', format, id, startedMs: Date.now(), rewrites: 0, ...identity } as const;
  const file = new MemberFile(spool.pathOf(id), header);
  file.create();
  if (families.length > 0) file.publish(families, () => false);
  file.beat();
  file.close();
  return id;
}

function summaryOf({ members, ended }: SpoolState) {
  const value = (families: readonly MetricFamily[], name: string) => families.find((f) => f.name === name)?.values[0];
  return {
    members: members.map(({ state, families }) => [state, value(families, 'c_total')]),
    ended: [ended.count, value(ended.families, 'c_total'), value(ended.families, 'g')],
  };
}

const ENDED = { identity: { pid: 2 ** 22 + 1, startTicks: '1', namespace } };

test('counts of ended members move into one file, and are read once at each time', async () => {
  const spool = new Spool(newDirectory(), namespace, 'pid');
  const living = await startProcess();
  const killed = await startProcess();
  joinAs(spool, living.identity, [counter(1), gauge(1)]);
  joinAs(spool, killed.identity, [counter(2), gauge(2)]);
  joinAs(spool, ENDED.identity, [counter(4), gauge(4)]);
  const states = [];

  states.push(summaryOf(spool.read(undefined)));
  spool.fold(spool.read(undefined));
  states.push(summaryOf(spool.read(undefined)));
  await killed.end();
  states.push(summaryOf(spool.read(undefined)));
  spool.fold(spool.read(undefined));
  states.push(summaryOf(new Spool(spool.directory, namespace, 'pid').read(undefined)));

  const sorted = states.map(({ members, ended }) => ({
    members: members.sort(([, a], [, b]) => Number(a) - Number(b)),
    ended,
  }));
  expect(sorted).toEqual([
    {
      members: [
        ['live', 1],
        ['live', 2],
        ['dead', 4],
      ],
      ended: [0, undefined, undefined],
    },
    {
      members: [
        ['live', 1],
        ['live', 2],
      ],
      ended: [1, 4, undefined],
    },
    {
      members: [
        ['live', 1],
        ['dead', 2],
      ],
      ended: [1, 4, undefined],
    },
    { members: [['live', 1]], ended: [2, 6, undefined] },
  ]);
  expect(readdirSync(spool.directory)).toHaveLength(2);
});

test('two processes that count ended members at once count them once', () => {
  const directory = newDirectory();
  const [a, b] = [new Spool(directory, namespace, 'pid'), new Spool(directory, namespace, 'pid')] as const;
  joinAs(a, ENDED.identity, [counter(4)]);
  joinAs(a, ENDED.identity, [counter(8)]);
  const [seenByA, seenByB] = [a.read(undefined), b.read(undefined)];

  a.fold(seenByA);
  b.fold(seenByB);

  expect(summaryOf(b.read(undefined))).toEqual({ members: [], ended: [2, 12, undefined] });
});

test('the file of an ended member that was counted already counts no more', () => {
  const spool = new Spool(newDirectory(), namespace, 'pid');
  const id = joinAs(spool, ENDED.identity, [counter(4)]);
  const bytes = readFileSync(spool.pathOf(id));
  spool.fold(spool.read(undefined));

  // As if the process that counted it had been killed before it deleted the file.
  writeFileSync(spool.pathOf(id), bytes);
  joinAs(spool, ENDED.identity, [counter(1)]);
  const before = summaryOf(spool.read(undefined));
  spool.fold(spool.read(undefined));

  expect(before).toEqual({ members: [['dead', 1]], ended: [1, 4, undefined] });
  expect(summaryOf(spool.read(undefined))).toEqual({ members: [], ended: [2, 5, undefined] });
  expect(existsSync(spool.pathOf(id))).toBe(false);
});

test('a process number that another process has now is not the member', async () => {
  const spool = new Spool(newDirectory(), namespace, 'pid');
  const { identity } = await startProcess();
  joinAs(spool, { ...identity, startTicks: '1' }, [counter(3)]);

  expect(summaryOf(spool.read(undefined)).members).toEqual([['dead', 3]]);
});

test('a program that is started anew forgets its ended members, unless a member that has published lives', async () => {
  const spool = new Spool(newDirectory(), namespace, 'pid');
  joinAs(spool, ENDED.identity, [counter(4)]);
  const first = await startProcess();
  const second = await startProcess();
  const firstId = joinAs(spool, first.identity, []);
  const secondId = joinAs(spool, second.identity, []);

  spool.startAfresh(firstId);
  const afresh = summaryOf(spool.read(undefined));
  joinAs(spool, ENDED.identity, [counter(8)]);
  joinAs(spool, first.identity, [counter(1)]);
  spool.startAfresh(secondId);

  expect(afresh).toEqual({
    members: [
      ['live', undefined],
      ['live', undefined],
    ],
    ended: [0, undefined, undefined],
  });
  expect(
    spool
      .read(undefined)
      .members.map(({ state }) => state)
      .sort(),
  ).toEqual(['dead', 'live', 'live', 'live']);
});

test('what is no file of a member is left out, and left alone', () => {
  const spool = new Spool(newDirectory(), namespace, 'pid');
  const inDirectory = (name: string) => path.join(spool.directory, name);
  const outside = path.join(newDirectory(), 'outside');
  writeFileSync(outside, 'secret');
  symlinkSync(outside, inDirectory('member-1-1-link.spool'));
  mkdirSync(inDirectory('member-1-1-directory.spool'));
  writeFileSync(inDirectory('notes.txt'), 'x');
  spawnFifo(inDirectory('member-1-1-pipe.spool'));

  const state = spool.read(undefined);
  joinAs(spool, ENDED.identity, [counter(1)]);
  spool.fold(spool.read(undefined));

  expect(state.members.map(({ state }) => state)).toEqual(['unreadable', 'unreadable', 'unreadable']);
  expect(readFileSync(outside, 'utf8')).toBe('secret');
  expect(existsSync(inDirectory('notes.txt'))).toBe(true);
});

function spawnFifo(name: string): void {
  const { status } = spawnSync('mkfifo', [name]);
  expect(status).toBe(0);
}

test('garbage that an ended process left is deleted', () => {
  const spool = new Spool(newDirectory(), namespace, 'pid');
  writeFileSync(spool.pathOf(memberId(ENDED.identity)), 'garbage');
  writeFileSync(`${spool.pathOf(memberId(ENDED.identity))}.new`, 'half a file');
  writeFileSync(path.join(spool.directory, `ended-${memberId(ENDED.identity)}.new`), '');
  joinAs(spool, ENDED.identity, [counter(1)]);

  spool.fold(spool.read(undefined));

  expect(readdirSync(spool.directory)).toEqual(['ended-0000000001.spool']);
  expect(summaryOf(spool.read(undefined)).ended).toEqual([2, 1, undefined]);
});

test('members of a newer version are left out, and their files stay', async () => {
  const spool = new Spool(newDirectory(), namespace, 'pid');
  const living = await startProcess();
  joinAs(spool, living.identity, [counter(1)], FORMAT + 1);
  joinAs(spool, ENDED.identity, [counter(2)], FORMAT + 1);
  joinAs(spool, ENDED.identity, [counter(4)]);

  spool.fold(spool.read(undefined));

  expect(summaryOf(spool.read(undefined))).toEqual({
    members: [
      ['unreadable', undefined],
      ['unreadable', undefined],
    ],
    ended: [1, 4, undefined],
  });
});

test('a damaged file of ended members is replaced', () => {
  const spool = new Spool(newDirectory(), namespace, 'pid');
  writeFileSync(path.join(spool.directory, 'ended-0000000007.spool'), 'garbage');
  joinAs(spool, ENDED.identity, [counter(2)]);

  const before = spool.read(undefined);
  spool.fold(before);

  expect(before.members.map(({ state }) => state).sort()).toEqual(['dead', 'unreadable']);
  expect(readdirSync(spool.directory)).toEqual(['ended-0000000008.spool']);
  expect(summaryOf(spool.read(undefined))).toEqual({ members: [], ended: [1, 2, undefined] });
});

test('a directory does not grow with ten thousand members', () => {
  const spool = new Spool(newDirectory(), namespace, 'pid');
  const all: MetricFamily = { ...gauge(1), merge: 'all', rows: () => [] };
  let largest = 0;
  for (let i = 1; i <= 10_000; i++) {
    joinAs(spool, { ...ENDED.identity, pid: 2 ** 22 + i }, [counter(1), all]);
    if (i % 25 !== 0) continue;
    spool.fold(spool.read(undefined));
    largest = Math.max(largest, readFileSync(path.join(spool.directory, readdirSync(spool.directory)[0]!)).length);
  }

  expect(readdirSync(spool.directory)).toHaveLength(1);
  expect(summaryOf(spool.read(undefined)).ended).toEqual([10_000, 10_000, 1]);
  expect(largest).toBeLessThan(64 * 1024);
});

test('a member of another container lives while it was seen to work lately', () => {
  const directory = newDirectory();
  const spool = new Spool(directory, 'pid:[1]', 'pid');
  joinAs(spool, { ...ENDED.identity, namespace: 'pid:[2]' }, [counter(1)]);

  expect(summaryOf(spool.read(undefined)).members).toEqual([['live', 1]]);
});

test('series of ended members keep the label that tells members apart', () => {
  const spool = new Spool(newDirectory(), namespace, 'worker');
  joinAs(spool, ENDED.identity, [createFamily({ ...gauge(4), merge: 'all' })]);

  spool.fold(spool.read(undefined));

  const [family] = spool.read(undefined).ended.families;
  expect([...family!.rows()]).toEqual([{ labels: { worker: String(ENDED.identity.pid) }, value: 4 }]);
});

test('ended members that a newer version has counted stay in its file', () => {
  const spool = new Spool(newDirectory(), namespace, 'pid');
  const newer = headerBytes({ kind: 'ended', format: FORMAT + 1, count: 3, folded: [] });
  writeFileSync(path.join(spool.directory, 'ended-0000000002.spool'), newer);
  joinAs(spool, ENDED.identity, [counter(1)]);

  spool.fold(spool.read(undefined));
  spool.startAfresh('none');

  expect(
    summaryOf(spool.read(undefined))
      .members.map(([state]) => state)
      .sort(),
  ).toEqual(['dead', 'unreadable']);
  expect(readFileSync(path.join(spool.directory, 'ended-0000000002.spool'))).toEqual(newer);
});

test('an ended member with another type of a metric does not take the counts of others away', () => {
  const spool = new Spool(newDirectory(), namespace, 'pid');
  const fold = () => spool.fold(spool.read(undefined));
  joinAs(spool, ENDED.identity, [counter(100)]);
  fold();
  joinAs(spool, ENDED.identity, [createFamily({ ...gauge(5), name: 'c_total', merge: 'sum' })]);
  fold();
  joinAs(spool, ENDED.identity, [counter(1)]);
  fold();

  const { families } = new Spool(spool.directory, namespace, 'pid').read(undefined).ended;
  expect(families.map(({ type, values }) => [type, values[0]])).toEqual([
    ['counter', 101],
    ['gauge', 5],
  ]);
});

test('a member without metrics keeps the counts of ended members', async () => {
  const spool = new Spool(newDirectory(), namespace, 'pid');
  const { identity } = await startProcess();
  joinAs(spool, ENDED.identity, [counter(4)]);
  const id = memberId(identity);
  const header = { kind: 'member', format: FORMAT, id, startedMs: 0, rewrites: 0, ...identity } as const;
  const file = new MemberFile(spool.pathOf(id), header);
  file.create();
  file.settle();
  file.close();

  spool.startAfresh('another');

  expect(
    summaryOf(spool.read(undefined))
      .members.map(([state]) => state)
      .sort(),
  ).toEqual(['dead', 'live']);
});
