import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Counter, Gauge, Histogram, Info, Registry, StateSet, Summary } from '@promwright/metrics';
import { familyFromRows, type MetricFamily } from '@promwright/model';
import { expect, onTestFinished, test } from 'vitest';
import { MemberFile } from './member-file.ts';
import { FORMAT, frame, type MemberHeader } from './spool-file.ts';
import { SpoolReader } from './spool-reader.ts';

const HEADER: MemberHeader = {
  kind: 'member',
  format: FORMAT,
  id: '1-2-x',
  pid: 1,
  startTicks: '2',
  namespace: 'n',
  startedMs: 3,
  rewrites: 0,
};
const KEEP_NONE = () => false;

function newFile(header = HEADER) {
  const directory = mkdtempSync(path.join(tmpdir(), 'promwright-spool-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const name = path.join(directory, 'member-1-2-x.spool');
  const file = new MemberFile(name, header);
  file.create();
  onTestFinished(() => file.close());
  return { file, name, reader: new SpoolReader(name) };
}

/** Returns all that a family says. */
function contentsOf(family: MetricFamily) {
  const { identity: _, layoutVersion: __, rows: ___, ...columns } = family;
  return { ...columns, rows: [...family.rows()], dictionaries: undefined, labelIds: undefined };
}

function allMetrics() {
  const registry = new Registry({ labels: { app: 'shop' } });
  const counter = new Counter({ name: 'c_total', help: 'C.', labelNames: ['a'], registry });
  const gauge = new Gauge({ name: 'g', help: 'G.', merge: 'mostrecent', registry });
  const histogram = new Histogram({ name: 'h', help: 'H.', labelNames: ['a'], buckets: [1, 2], registry });
  const native = new Histogram({ name: 'n', help: 'N.', labelNames: ['a'], native: {}, registry });
  const summary = new Summary({ name: 's', help: 'S.', labelNames: ['a'], quantiles: [0.5], registry });
  const state = new StateSet({ name: 'st', help: 'St.', states: ['on', 'off'], registry });
  new Info({ name: 'i_info', help: 'I.', registry }).set({ version: 'ü"\n' });
  return { registry, counter, gauge, histogram, native, summary, state };
}

test('a reader shows what was published, after each publication', () => {
  const { file, reader } = newFile();
  const { registry, counter, gauge, histogram, native, summary, state } = allMetrics();
  const steps: (() => void)[] = [
    () => undefined,
    () => counter.inc({ a: 'x' }),
    () => {
      counter.inc({ a: 'y' }, 1.5, { trace_id: 'abc' });
      gauge.set(Number.NaN);
      histogram.observe({ a: 'x' }, 0.5, { trace_id: 'def' });
      native.observe({ a: 'é' }, -3);
      summary.observe({ a: '' }, Infinity);
    },
    () => state.set('off'),
    () => {
      for (let i = 0; i < 200; i++) counter.inc({ a: String(i) }, i);
      native.observe({ a: 'é' }, 1000);
      native.observe({ a: 'second' }, 0);
      summary.observe({ a: '' }, 3);
      gauge.set(-0.1);
    },
    () => counter.remove({ a: 'x' }),
    () => histogram.clear(),
    () => registry.register({ collect: () => [familyFromRows({ name: 'u', type: 'unknown', rows: [{ value: 1 }] })] }),
    () => registry.unregister(counter),
  ];

  for (const step of steps) {
    step();
    const families = registry.gatherSync();
    file.publish(families, KEEP_NONE);

    expect(reader.update()).toBe('read');
    expect(reader.families().map(contentsOf)).toEqual(
      expect.arrayContaining(families.map((family) => contentsOf(family))),
    );
    expect(reader.families()).toHaveLength(families.length);
  }
});

test('a reader that begins late shows the same', () => {
  const { file, reader, name } = newFile();
  const { registry, counter } = allMetrics();
  for (let i = 0; i < 100; i++) {
    counter.inc({ a: String(i % 7) });
    if (i % 10 === 9) counter.remove({ a: '3' });
    file.publish(registry.gatherSync(), KEEP_NONE);
    reader.update();
  }
  const late = new SpoolReader(name);

  expect(late.update()).toBe('read');
  expect(late.families().map(contentsOf)).toEqual(reader.families().map(contentsOf));
});

test('custom families keep their rows while labels stay the same', () => {
  const { file, reader } = newFile();
  const publish = (...rows: { labels: Record<string, string>; value: number }[]) => {
    const family = familyFromRows({ name: 'u', type: 'gauge', rows });
    const bytes = file.publish([family], KEEP_NONE);
    reader.update();
    expect(reader.families().map(contentsOf)).toEqual([contentsOf(family)]);
    return bytes;
  };
  publish({ labels: { a: 'x' }, value: 1 });

  const changed = publish({ labels: { a: 'x' }, value: 2 });
  const added = publish({ labels: { a: 'x' }, value: 2 }, { labels: { a: 'y' }, value: 3 });
  const swapped = publish({ labels: { a: 'y' }, value: 3 }, { labels: { a: 'x' }, value: 2 });

  expect(changed).toBeLessThan(50);
  expect(added).toBeLessThan(100);
  expect(swapped).toBeGreaterThan(150);
});

test('an unchanged family takes no bytes, and a change takes bytes for the changed numbers only', () => {
  const { file } = newFile();
  const registry = new Registry();
  const counter = new Counter({ name: 'c_total', help: 'C.', labelNames: ['a'], registry });
  for (let i = 0; i < 10_000; i++) counter.inc({ a: String(i) });
  const publish = () => file.publish(registry.snapshot(), KEEP_NONE);
  const whole = publish();

  expect(publish()).toBe(0);
  for (let i = 0; i < 10; i++) counter.inc({ a: String(i * 1000) });
  const ten = publish();
  for (let i = 0; i < 100; i++) counter.inc({ a: String(i * 100) });
  const hundred = publish();

  expect(whole).toBeGreaterThan(10_000 * 12);
  expect(ten).toBeLessThan(30 + 10 * 16);
  expect(hundred).toBeLessThan(30 + 100 * 16);
});

test('a file that has grown long is written anew, with the same contents', () => {
  const { file, name, reader } = newFile();
  const registry = new Registry();
  const gauge = new Gauge({ name: 'g', help: 'G.', labelNames: ['a'], registry });
  let longest = 0;
  for (let i = 0; i < 400; i++) {
    for (let a = 0; a < 100; a++) gauge.set({ a: String(a) }, i);
    file.publish(registry.snapshot(), KEEP_NONE);
    longest = Math.max(longest, readFileSync(name).length);
    if (i % 50 === 0) reader.update();
  }

  expect(reader.update()).toBe('read');
  expect(longest).toBeLessThan(260 * 1024);
  expect(longest).toBeGreaterThan(200 * 1024);
  expect(reader.families().map(contentsOf)).toEqual(registry.snapshot().map(contentsOf));
});

test('a file that was cut anywhere shows an earlier state, or is damaged', () => {
  const { file, name } = newFile();
  const registry = new Registry();
  const counter = new Counter({ name: 'c_total', help: 'C.', labelNames: ['a'], registry });
  for (let i = 1; i <= 5; i++) {
    counter.inc({ a: 'x' });
    counter.inc({ a: String(i) });
    file.publish(registry.snapshot(), KEEP_NONE);
  }
  const bytes = readFileSync(name);
  const seen = new Set<unknown>();

  for (let length = 0; length < bytes.length; length++) {
    writeFileSync(name, bytes.subarray(0, length));
    const reader = new SpoolReader(name);
    const reading = reader.update();
    const total = reader.families().find((family) => family.name === 'c_total')?.values[0];
    seen.add(reading === 'read' ? (total ?? 'none') : reading);
  }

  expect([...seen]).toEqual(['damaged', 'none', 1, 2, 3, 4]);
});

test('a reader keeps the newest state of a file that was cut, until it is whole again', () => {
  const { file, name, reader } = newFile();
  const registry = new Registry();
  const counter = new Counter({ name: 'c_total', help: 'C.', registry });
  const value = () => {
    reader.update();
    return reader.families().find((family) => family.name === 'c_total')?.values[0];
  };
  counter.inc(5);
  file.publish(registry.snapshot(), KEEP_NONE);
  expect(value()).toBe(5);

  truncateSync(name, 300);
  expect(value()).toBe(5);
  truncateSync(name, 0);
  expect(value()).toBe(5);
  counter.inc();
  file.publish(registry.snapshot(), KEEP_NONE);

  expect(value()).toBe(6);
});

test('no byte that changes in a file gives a wrong number or an exception', () => {
  const { file, name } = newFile();
  const { registry, counter, native } = allMetrics();
  counter.inc({ a: 'x' }, 7);
  native.observe({ a: 'x' }, 2);
  file.publish(registry.snapshot(), KEEP_NONE);
  const bytes = readFileSync(name);
  const seen = new Set<unknown>();

  for (let at = 0; at < bytes.length; at++) {
    const damaged = Buffer.from(bytes);
    damaged[at]! ^= 1 << (at % 8);
    writeFileSync(name, damaged);
    const reader = new SpoolReader(name);
    reader.update();
    seen.add(reader.families().find((family) => family.name === 'c_total')?.values[0] ?? 'none');
  }

  // Numbers other than 7 or none would be wrong; the heartbeat alone has no checksum.
  expect(seen).toEqual(new Set([7, 'none']));
});

test('a record that passes the checksum and makes no sense makes the file damaged', () => {
  const { name, reader } = newFile();
  const garbage = Buffer.from([2, 9, 0, 0, 0]);
  writeFileSync(name, Buffer.concat([readFileSync(name), frame(garbage)]));

  expect(reader.update()).toBe('damaged');
  expect(reader.families()).toEqual([]);
});

test('a member of a newer format is unreadable, and has a header', () => {
  const { file, reader } = newFile({ ...HEADER, format: FORMAT + 1 });
  file.publish(allMetrics().registry.snapshot(), KEEP_NONE);

  expect(reader.update()).toBe('unreadable');
  expect(reader.header).toMatchObject({ format: FORMAT + 1, pid: 1 });
  expect(reader.families()).toEqual([]);
});

test('a missing file is gone', () => {
  expect(new SpoolReader('/nowhere/member-1-2-x.spool').update()).toBe('gone');
});
