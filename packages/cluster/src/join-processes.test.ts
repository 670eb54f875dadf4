import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Counter, Gauge, Registry } from '@promwright/metrics';
import { type Collector, familyFromRows, type MetricFamily } from '@promwright/model';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type JoinOptions, joinProcesses } from './join-processes.ts';
import { type ReadOptions, readProcesses } from './read-processes.ts';

function newDirectory(): string {
  const parent = mkdtempSync(path.join(tmpdir(), 'promwright-join-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  return path.join(parent, 'spool');
}

function join(options: JoinOptions) {
  const processes = joinProcesses(options);
  onTestFinished(() => processes.leave());
  return processes;
}

const totalOf = (families: readonly MetricFamily[], name: string) =>
  families.find((family) => family.name === name)?.values[0];

describe('joinProcesses', () => {
  test('returns the same object for the same options, and refuses others', async () => {
    const options = { directory: newDirectory(), registry: new Registry() };
    const processes = join(options);

    expect(joinProcesses({ ...options })).toBe(processes);
    expect(() => joinProcesses({ ...options, registry: new Registry() })).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: `This process has joined "${options.directory}" already; with other options; use what joinProcesses returned then`,
      }),
    );
  });

  test('knows a directory by another path to its parent', () => {
    const directory = newDirectory();
    const link = `${path.dirname(directory)}-link`;
    symlinkSync(path.dirname(directory), link);
    onTestFinished(() => rmSync(link));
    const registry = new Registry();
    const processes = join({ directory: path.join(link, 'spool'), registry });

    expect(() => joinProcesses({ directory, registry })).toThrow('with other options');
    expect(joinProcesses({ directory: path.join(link, 'spool'), registry })).toBe(processes);
  });

  test('refuses a process that has left, whose counts would be added twice', async () => {
    const options = { directory: newDirectory(), registry: new Registry() };
    await joinProcesses(options).leave();

    expect(() => joinProcesses(options)).toThrow(
      `This process has left "${options.directory}" already; its counts would be added twice`,
    );
  });

  test('keeps the counts and not the gauges of a process that has left', async () => {
    const directory = newDirectory();
    const registry = new Registry();
    new Counter({ name: 'c_total', help: 'C.', registry }).inc(3);
    new Gauge({ name: 'g', help: 'G.', registry }).set(4);
    await joinProcesses({ directory, registry }).leave();

    const families = await readProcesses({ directory }).gather();

    expect([totalOf(families, 'c_total'), totalOf(families, 'g')]).toEqual([3, undefined]);
  });

  test('publishes the metrics of several registries, and nothing after the process has left', async () => {
    const directory = newDirectory();
    const registries = [new Registry(), new Registry()] as const;
    const [counter] = registries.map((registry, i) => new Counter({ name: `c${i}_total`, help: 'C.', registry }));
    const processes = joinProcesses({ directory, registry: registries, publishIntervalMs: 10 });
    counter!.inc(2);
    await processes.leave();
    counter!.inc(100);
    await new Promise((resolve) => setTimeout(resolve, 50));

    const families = await readProcesses({ directory }).gather();

    expect([totalOf(families, 'c0_total'), totalOf(families, 'c1_total')]).toEqual([2, 0]);
    expect(totalOf(await processes.gather(), 'c0_total')).toBe(102);
  });

  test('shows and publishes the newest numbers although a gathering waits for a slow collector', async () => {
    const directory = newDirectory();
    const registry = new Registry();
    const counter = new Counter({ name: 'c_total', help: 'C.', registry });
    const processes = join({ directory, registry });
    const others = readProcesses({ directory });
    let release: (() => void) | undefined;
    const slow: Collector = {
      collect: async () => {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        return [];
      },
    };
    registry.register(slow);
    counter.inc();
    const gathering = processes.gather({ names: ['c_total'] });
    counter.inc(9);
    release!();

    expect(totalOf(await gathering, 'c_total')).toBe(10);
    expect(totalOf(await others.gather(), 'c_total')).toBe(10);
  });

  test('keeps the counts of a custom collector that fails once, and drops its gauges', async () => {
    const directory = newDirectory();
    const registry = new Registry();
    const rows = [{ value: 5 }];
    let fails = false;
    registry.register({
      collect() {
        if (fails) throw new Error('broken');
        return [
          familyFromRows({ name: 'custom_total', type: 'counter', rows }),
          familyFromRows({ name: 'custom', type: 'gauge', rows }),
        ];
      },
    });
    const processes = join({ directory, registry });
    await processes.gather();
    fails = true;

    const shown = await processes.gather();
    const published = await readProcesses({ directory }).gather();

    for (const families of [shown, published]) {
      expect([totalOf(families, 'custom_total'), totalOf(families, 'custom')]).toEqual([5, undefined]);
    }
  });

  test('keeps the newer of two gatherings of a custom collector that end in the other order', async () => {
    const ends: (() => void)[] = [];
    let total = 0;
    const gather = async () => {
      const value = ++total;
      await new Promise<void>((resolve) => ends.push(resolve));
      return [familyFromRows({ name: 'custom_total', type: 'counter', rows: [{ value }] })];
    };
    const processes = join({ directory: newDirectory(), registry: { gather } });
    const first = processes.gather();
    const second = processes.gather();
    for (const end of ends.toReversed()) {
      end();
      await new Promise((resolve) => setImmediate(resolve));
    }

    expect([totalOf(await first, 'custom_total'), totalOf(await second, 'custom_total')]).toEqual([total, total]);
  });

  test('gathers by the options of gather', async () => {
    const registry = new Registry();
    new Counter({ name: 'a_total', help: 'A.', registry }).inc();
    new Counter({ name: 'b_total', help: 'B.', registry }).inc();
    const processes = join({ directory: newDirectory(), registry });

    const families = await processes.gather({ names: ['a_total', 'promwright_members'] });
    const aborted = processes.gather({ signal: AbortSignal.abort(new Error('enough')) });

    expect(families.map(({ name }) => name)).toEqual(['a_total', 'promwright_members']);
    await expect(aborted).rejects.toThrow('enough');
  });

  test('uses a directory for the user and the name by default', async () => {
    const name = `test-${process.pid}-${Math.random().toString(36).slice(2)}`;
    const directory = path.join('/dev/shm', `promwright-${process.getuid!()}`, name);
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const registry = new Registry();
    new Counter({ name: 'c_total', help: 'C.', registry }).inc();

    await join({ name, registry }).gather();

    expect(totalOf(await readProcesses({ directory }).gather(), 'c_total')).toBe(1);
    expect(totalOf(await readProcesses({ name }).gather(), 'c_total')).toBe(1);
  });

  test.each<[JoinOptions, string]>([
    [{ name: '../x' }, 'Option "name" must be a string of letters, digits, "_", "-" and "."; got "../x"'],
    [{ directory: '' }, 'Option "directory" must be a path; got ""'],
    [{ publishIntervalMs: 1 }, 'Option "publishIntervalMs" must be an integer from 10 to 2147483647; got 1'],
    [{ collectIntervalMs: 99 }, 'Option "collectIntervalMs" must be an integer from 100 to 2147483647; got 99'],
    [{ memberLabel: '__x' }, 'Option "memberLabel" must be a label name that is not reserved; got "__x"'],
    [{ perMember: 'yes' as never }, 'Option "perMember" must be true or false; got "yes"'],
    [{ onError: 1 as never }, 'Option "onError" must be a function; got 1'],
    [{ registry: {} as never }, 'Option "registry" must have a method "gather"; got an object'],
    [{ gatherer: 1 } as never, 'joinProcesses has no option "gatherer"; use "registry"'],
  ])('refuses %j', (options, message) => {
    expect(() => joinProcesses(options)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', message }));
  });
});

describe('readProcesses', () => {
  test.each<[ReadOptions, string]>([
    [{}, 'readProcesses needs the "name" or the "directory" of the processes'],
    [
      { name: 'a', memberlabel: 'x' } as never,
      'readProcesses has no option "memberlabel"; did you mean "memberLabel"?',
    ],
    [{ name: 'a', onError: null as never }, 'Option "onError" must be a function; got null'],
  ])('refuses %j', (options, message) => {
    expect(() => readProcesses(options)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', message }));
  });

  test('reports a directory that cannot be used', () => {
    expect(() => readProcesses({ directory: '/dev/null/x' })).toThrow(
      expect.objectContaining({ code: 'SPOOL_FAILED' }),
    );
  });

  test('reports once that the directory has become unreadable, and shows the state of before', async () => {
    const directory = newDirectory();
    const onError = vi.fn();
    const registry = new Registry();
    new Counter({ name: 'c_total', help: 'C.', registry }).inc(2);
    await joinProcesses({ directory, registry }).leave();
    const reader = readProcesses({ directory, onError });
    await reader.gather();
    rmSync(directory, { recursive: true });

    const families = await reader.gather();
    await reader.gather();

    expect(totalOf(families, 'c_total')).toBe(2);
    expect(onError).toHaveBeenCalledTimes(1);
  });
});
