import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { compile, runProgram } from '../test/run-program.ts';

beforeAll(compile, 120_000);

type Values = Record<string, number>;

async function printedBy<T extends readonly unknown[]>(program: string, nodeFlags: readonly string[] = []): Promise<T> {
  const { exitCode, stderr, printed } = await runProgram(program, nodeFlags);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return printed as unknown as T;
}

describe('a program that collects everything', () => {
  test('reads more than 80 values', async () => {
    const [count] = await printedBy<[number]>(`
      const registry = new Registry();
      collectDefaultMetrics({ registry, include: ['all'] });
      print(Object.keys(await valuesOf(registry)).length);
    `);

    expect(count).toBeGreaterThan(80);
  });

  test('needs only the entry point @promwright/process/register', async () => {
    const [names, again] = await printedBy<[string[], string[]]>(`
      await import(register);
      const { defaultRegistry } = await import('@promwright/metrics');
      print((await defaultRegistry.gather()).map(({ name }) => name));
      const collectors = collectDefaultMetrics();
      collectors.stop();
      print((await defaultRegistry.gather()).map(({ name }) => name));
    `);

    expect(names).toEqual(expect.arrayContaining(['process_cpu_seconds_total', 'nodejs_gc_duration_seconds']));
    expect(again).toEqual(names);
  });

  test('has the same resources and open files after stop() as before', async () => {
    interface State {
      readonly resources: readonly string[];
      readonly files: readonly string[];
    }
    const [before, during, after] = await printedBy<[State, State, State]>(`
      import { readdirSync, readlinkSync } from 'node:fs';
      const links = () => readdirSync('/proc/self/fd').flatMap((fd) => {
        try { return readlinkSync('/proc/self/fd/' + fd); } catch { return []; }
      });
      const files = () => process.platform === 'linux' ? links().filter((link) => link.startsWith('/')).sort() : [];
      const now = () => ({ resources: process.getActiveResourcesInfo(), files: files() });
      // Node reports garbage collections, possible at any time, to observers in an immediate.
      const state = async () => {
        for (let i = 0; i < 50 && now().resources.includes('Immediate'); i++) await delay(5);
        return now();
      };
      // The threads for reading files start with the first read.
      await import('node:fs/promises').then(({ readFile }) => readFile(process.execPath, { length: 1 })).catch(() => {});
      await delay(50);
      print(await state());
      const registry = new Registry();
      const collectors = collectDefaultMetrics({ registry, include: ['all'], eventLoopResolutionMs: 1 });
      await delay(50);
      await registry.gather();
      await registry.gather();
      print(await state());
      collectors.stop();
      await delay(50);
      print(await state());
    `);

    expect(after).toEqual(before);
    expect(during.resources).toEqual(before.resources);
    // Files read at every scrape stay open until stop().
    expect(during.files.filter((file) => !/^\/(proc|sys\/fs\/cgroup)\//.test(file))).toEqual(before.files);
  });

  test('closes its files after the registry was cleared without stop()', async () => {
    const [opened, left] = await printedBy<[number, number]>(
      `
      import { readdirSync } from 'node:fs';
      const files = () => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0);
      let registry = new Registry();
      await registry.gather();
      const before = files();
      collectDefaultMetrics({ registry });
      for (let i = 0; i < 5; i++) await registry.gather();
      print(files() - before);
      registry.clear();
      registry = undefined;
      for (let i = 0; i < 300 && files() > before; i++) {
        globalThis.gc();
        await delay(20);
      }
      print(files() - before);
      `,
      ['--expose-gc'],
    );

    expect(opened).toBeGreaterThan(process.platform === 'linux' ? 0 : -1);
    expect(left).toBe(0);
  });

  test('writes no warning, not even about deprecated APIs of Node', async () => {
    await printedBy(
      `
      const registry = new Registry();
      collectDefaultMetrics({ registry, include: ['all'] });
      await valuesOf(registry);
      `,
      ['--pending-deprecation', '--throw-deprecation'],
    );
  });
});

test.each(['bun', 'deno'])('on %s the metrics without real values are omitted', async (runtime) => {
  const [names] = await printedBy<[string[]]>(`
    Object.defineProperty(process, 'versions', { value: { ...process.versions, ${runtime}: '1.0.0' } });
    const registry = new Registry();
    collectDefaultMetrics({ registry, include: ['all'] });
    await delay(150);
    print(Object.keys(await valuesOf(registry)).map((name) => name.split(' ')[0]));
  `);

  const pretended = /gc_duration|active_(?:resources|handles|requests)|worker|pool|utilization/;
  expect(names.filter((name) => pretended.test(name))).toEqual([]);
  expect(names.some((name) => name.includes('heap_space'))).toBe(runtime === 'deno');
  expect(names).toEqual(expect.arrayContaining(['process_cpu_seconds_total', 'nodejs_eventloop_delay_seconds_count']));
});

describe('the event loop', () => {
  test('a stall of 500 ms shows in the histogram, and in the gauges of every later scrape', async () => {
    const [first, second] = await printedBy<[Values, Values]>(`
      const registry = new Registry();
      collectDefaultMetrics({ registry, include: ['event-loop'] });
      await delay(100);
      block(500);
      await delay(300);
      print(await valuesOf(registry));
      await delay(300);
      print(await valuesOf(registry));
    `);

    for (const values of [first, second]) {
      const slow =
        values.nodejs_eventloop_delay_seconds_count! - values['nodejs_eventloop_delay_seconds_bucket le=0.25']!;
      // A machine under load may add stalls.
      expect(slow).toBeGreaterThanOrEqual(1);
      expect(values.nodejs_eventloop_lag_max_seconds).toBeGreaterThan(0.39);
      expect(values.nodejs_eventloop_lag_seconds).toBeGreaterThan(0.39);
      expect(values.nodejs_eventloop_lag_min_seconds).toBeLessThan(0.39);
      expect(values.nodejs_eventloop_lag_mean_seconds).toBeGreaterThan(0);
      expect(values.nodejs_eventloop_lag_p99_seconds).toBeGreaterThan(0.35);
    }
    expect(second.nodejs_eventloop_delay_seconds_count!).toBeGreaterThan(first.nodejs_eventloop_delay_seconds_count!);
  });

  test('a stall that begins right after a scrape is not lost', async () => {
    const [values] = await printedBy<[Values]>(`
      const registry = new Registry();
      collectDefaultMetrics({ registry, include: ['event-loop'] });
      await delay(200);
      await registry.gather();
      block(500);
      await delay(300);
      print(await valuesOf(registry));
    `);

    expect(values.nodejs_eventloop_lag_max_seconds).toBeGreaterThan(0.29);
    expect(values['nodejs_eventloop_delay_seconds_bucket le=0.25']).toBeLessThan(
      values.nodejs_eventloop_delay_seconds_count!,
    );
  });

  test('two scrapers in turns see the same stall, and never a NaN', async () => {
    const scrapes = await printedBy<Values[]>(`
      const registry = new Registry();
      collectDefaultMetrics({ registry });
      await delay(200);
      block(300);
      await delay(300);
      // The scrapes of a pair run back to back, like two servers scraping at the same time.
      for (let i = 0; i < 5; i++) {
        print(await valuesOf(registry));
        print(await valuesOf(registry));
        await delay(30);
      }
    `);

    expect(scrapes).toHaveLength(10);
    for (const [i, values] of scrapes.entries()) {
      expect(values.nodejs_eventloop_lag_max_seconds).toBeGreaterThan(0.19);
      expect(Object.values(values).every(Number.isFinite)).toBe(true);
      const lags = Object.entries(values).filter(([name]) => name.includes('eventloop_lag'));
      expect(lags).toHaveLength(8);
      expect(lags.filter(([, value]) => value < 0 || value > 100)).toEqual([]);
      const before = scrapes[i - 1] ?? {};
      const fallen = Object.keys(values).filter(
        (name) =>
          /(_total|_count|_sum)( |$)|_bucket/.test(name) && !/active_/.test(name) && values[name]! < before[name]!,
      );
      expect(fallen).toEqual([]);
    }
  });

  test('an idle event loop is not woken for samples, and a stall shows nevertheless', async () => {
    type Grown = Readonly<{ samples: number; turns: number }>;
    const [idle, stalled, busy] = await printedBy<[Grown, number, Grown]>(`
      const registry = new Registry();
      collectDefaultMetrics({ registry, include: ['event-loop'] });
      const now = async () => {
        const { nodejs_eventloop_delay_seconds_count: samples, nodejs_eventloop_iterations_total: turns } =
          await valuesOf(registry);
        return { samples, turns };
      };
      const grownIn = async (ms, work) => {
        // The utilization found by one reading decides the kind of sampling until the next reading.
        await work(500);
        await now();
        await work(1000);
        const before = await now();
        await work(ms);
        const after = await now();
        return { samples: after.samples - before.samples, turns: after.turns - before.turns };
      };
      print(await grownIn(2000, delay));
      block(1000);
      await delay(300);
      print((await valuesOf(registry)).nodejs_eventloop_lag_max_seconds);
      print(await grownIn(2000, async (ms) => {
        const end = performance.now() + ms;
        while (performance.now() < end) {
          block(2);
          await delay(8);
        }
      }));
    `);

    // One every 25 ms, less the time lost on a busy machine.
    expect(idle.samples).toBeGreaterThan(70);
    expect(idle.samples).toBeLessThan(90);
    expect(idle.turns).toBeLessThan(20);
    expect(stalled).toBeGreaterThan(0.97);
    expect(busy.samples).toBeGreaterThan(20);
    expect(busy.turns).toBeGreaterThan(100);
  });

  test('a stall shows in a scrape in the same turn, after idle time', async () => {
    const [values] = await printedBy<[Values]>(`
      const registry = new Registry();
      collectDefaultMetrics({ registry, include: ['event-loop'] });
      await delay(1500);
      await registry.gather();
      await delay(1500);
      // Longer than the time between two checks of the utilization.
      block(1200);
      print(await valuesOf(registry));
    `);

    expect(values.nodejs_eventloop_lag_max_seconds).toBeGreaterThan(1.17);
  });

  test('sampling does not retain the asynchronous context of a request that read it', async () => {
    const [samples, left] = await printedBy<[number, number]>(
      `
      import { AsyncLocalStorage } from 'node:async_hooks';
      const registry = new Registry();
      collectDefaultMetrics({ registry, include: ['event-loop'] });
      const requests = new AsyncLocalStorage();
      const readInRequest = async () => {
        const request = { url: '/metrics' };
        await requests.run(request, async () => void (await registry.gather()));
        return new WeakRef(request);
      };
      // By now the loop is known to be idle, and this is the first reading.
      await delay(1000);
      const request = await readInRequest();
      await delay(1000);
      print((await valuesOf(registry)).nodejs_eventloop_delay_seconds_count);
      let left = 1;
      for (let i = 0; i < 50 && left === 1; i++) {
        // deref() keeps its object alive until the end of the turn.
        await delay(20);
        globalThis.gc();
        await delay(20);
        left = request.deref() === undefined ? 0 : 1;
      }
      print(left);
      `,
      ['--expose-gc'],
    );

    expect(samples).toBeGreaterThan(40);
    expect(left).toBe(0);
  });

  test('gauges are omitted before the first sample', async () => {
    const [values] = await printedBy<[Values]>(`
      const registry = new Registry();
      collectDefaultMetrics({ registry, include: ['event-loop'], eventLoopResolutionMs: 5000 });
      print(await valuesOf(registry));
    `);

    expect(Object.keys(values).filter((name) => name.includes('lag'))).toEqual([]);
    expect(values.nodejs_eventloop_delay_seconds_count).toBe(0);
  });

  test('active and idle time add up to the elapsed time', async () => {
    const [before, after, [least, most]] = await printedBy<[Values, Values, [number, number]]>(`
      const registry = new Registry();
      collectDefaultMetrics({ registry, include: ['event-loop'] });
      await delay(50);
      const times = [performance.now()];
      const before = await valuesOf(registry);
      times.push(performance.now());
      block(300);
      await delay(300);
      times.push(performance.now());
      const after = await valuesOf(registry);
      times.push(performance.now());
      print(before);
      print(after);
      print([(times[2] - times[1]) / 1000, (times[3] - times[0]) / 1000]);
    `);

    const grown = (name: string) =>
      after[`nodejs_eventloop_${name}_total`]! - before[`nodejs_eventloop_${name}_total`]!;
    expect(grown('active_seconds')).toBeGreaterThanOrEqual(0.3);
    expect(grown('idle_seconds')).toBeGreaterThan(0);
    expect(grown('active_seconds') + grown('idle_seconds')).toBeGreaterThan(least - 0.001);
    expect(grown('active_seconds') + grown('idle_seconds')).toBeLessThan(most + 0.001);
    expect(grown('iterations')).toBeGreaterThan(1);
  });
});

test('group gc counts each of 1,000 collections reported by V8', async () => {
  const { exitCode, stdout, printed } = await runProgram(
    `
    const registry = new Registry();
    collectDefaultMetrics({ registry, include: ['gc'] });
    writeSync(1, '--- begin\\n');
    for (let i = 0; i < 1000; i++) gc({ type: i % 2 === 0 ? 'minor' : 'major' });
    writeSync(1, '--- end\\n');
    await registry.gather();
    // Node takes a turn to pass on the reports of V8.
    await delay(50);
    writeSync(1, '--- scrape\\n');
    print(await valuesOf(registry));
    `,
    ['--expose-gc', '--trace-gc'],
  );

  const [, burst = '', later = ''] = stdout.split(/--- (?:begin|end|scrape)\n/);
  const [values] = printed as [Values];
  const linesIn = (text: string, pattern: RegExp) => text.split('\n').filter((line) => pattern.test(line)).length;
  expect(exitCode).toBe(0);
  expect(linesIn(burst, /: (?:Scavenge|Mark-Compact)/)).toBeGreaterThanOrEqual(1000);
  for (const [kind, pattern] of [
    ['minor', /: Scavenge/],
    ['major', /: Mark-Compact/],
  ] as const) {
    const counted = values[`nodejs_gc_duration_seconds_count kind=${kind}`]!;
    expect(counted).toBeGreaterThanOrEqual(linesIn(burst, pattern));
    // A collection caused by the scrape itself may be counted or not.
    expect(counted).toBeLessThanOrEqual(linesIn(burst + later, pattern));
  }
});

describe('worker threads', () => {
  test('a worker collects its own heap, event loop and garbage collections, and ends by itself', async () => {
    const [inWorker, inMain, ended] = await printedBy<[Values, Values, Values]>(`
      import { once } from 'node:events';
      import { Worker } from 'node:worker_threads';
      const registry = new Registry();
      collectDefaultMetrics({ registry, include: ['all'] });
      const source = ${JSON.stringify(`
        const { parentPort } = require('node:worker_threads');
        const { Registry } = require('@promwright/metrics');
        const { samples } = require('@promwright/model');
        (async () => {
          const { collectDefaultMetrics } = await import(process.env.INDEX);
          const registry = new Registry();
          collectDefaultMetrics({ registry, include: ['all'] });
          await new Promise((resolve) => setTimeout(resolve, 400));
          const families = await registry.gather({ strict: true });
          parentPort.postMessage(Object.fromEntries(families.flatMap((family) => [...samples(family)].map(
            ({ name, labels, value }) => [[name, ...labels.map((l) => l.name + '=' + l.value)].join(' '), value]))));
        })();
      `)};
      process.env.INDEX = import.meta.resolve('@promwright/process');
      const worker = new Worker(source, { eval: true, execArgv: [] });
      const exit = once(worker, 'exit');
      const [values] = await once(worker, 'message');
      print(values);
      print(await valuesOf(registry));
      await exit;
      print(await valuesOf(registry));
    `);

    expect(inWorker.nodejs_heap_size_used_bytes).toBeGreaterThan(0);
    expect(inWorker.nodejs_eventloop_delay_seconds_count).toBeGreaterThan(0);
    expect(Math.abs(inWorker.process_start_time_seconds! - inMain.process_start_time_seconds!)).toBeLessThan(1);
    expect(inWorker.process_cpu_seconds_total).toBeGreaterThan(0);
    expect(inMain.nodejs_worker_threads_created_total).toBe(1);
    expect(ended.nodejs_worker_threads).toBe(0);
    expect(ended.nodejs_worker_threads_created_total).toBe(1);
  });

  test('a terminated worker is no longer counted as running', async () => {
    const [running, gone] = await printedBy<[Values, Values]>(`
      import { once } from 'node:events';
      import { Worker } from 'node:worker_threads';
      const registry = new Registry();
      collectDefaultMetrics({ registry, include: ['worker-threads'] });
      const worker = new Worker('setInterval(() => {}, 1000)', { eval: true, execArgv: [] });
      await once(worker, 'online');
      print(await valuesOf(registry));
      await worker.terminate();
      print(await valuesOf(registry));
    `);

    expect(running.nodejs_worker_threads).toBe(1);
    expect(gone.nodejs_worker_threads).toBe(0);
  });
});

describe('live values agree with an independent reading', () => {
  test('by process.memoryUsage(), process.cpuUsage() and v8', async () => {
    const [values, read] = await printedBy<[Values, Values]>(`
      import v8 from 'node:v8';
      const registry = new Registry();
      collectDefaultMetrics({ registry });
      const kept = Buffer.alloc(20e6, 1);
      await valuesOf(registry);
      print(await valuesOf(registry));
      const memory = process.memoryUsage();
      const cpu = process.cpuUsage();
      print({ rss: memory.rss, heapTotal: memory.heapTotal, heapUsed: memory.heapUsed, external: memory.external,
        arrayBuffers: memory.arrayBuffers, user: cpu.user / 1e6, system: cpu.system / 1e6,
        limit: v8.getHeapStatistics().heap_size_limit, uptime: process.uptime(), now: Date.now() / 1000, kept: kept.length });
    `);

    const within = (name: string, expected: number, part: number) =>
      expect(Math.abs(values[name]! / expected - 1), `${name} ${values[name]} ${expected}`).toBeLessThan(part);
    within('process_resident_memory_bytes', read.rss!, 0.1);
    within('nodejs_heap_size_total_bytes', read.heapTotal!, 0.3);
    within('nodejs_heap_size_used_bytes', read.heapUsed!, 0.3);
    within('nodejs_external_memory_bytes', read.external!, 0.1);
    within('nodejs_array_buffers_bytes', read.arrayBuffers!, 0.1);
    expect(values.nodejs_heap_size_limit_bytes).toBe(read.limit);
    const cpuSince = read.user! + read.system! - values.process_cpu_seconds_total!;
    expect(cpuSince).toBeGreaterThanOrEqual(0);
    expect(cpuSince).toBeLessThan(0.5);
    expect(values.process_cpu_seconds_total).toBeCloseTo(
      values.process_cpu_user_seconds_total! + values.process_cpu_system_seconds_total!,
      9,
    );
    expect(Math.abs(read.now! - read.uptime! - values.process_start_time_seconds!)).toBeLessThan(1);
    const spaces = Object.entries(values).filter(([name]) => name.startsWith('nodejs_heap_space_size_used_bytes'));
    // A collection of young objects may come between the two readings.
    within(
      'nodejs_heap_size_used_bytes',
      spaces.reduce((sum, [, value]) => sum + value, 0),
      0.3,
    );
  });

  test('of /proc, if it exists', async () => {
    const [values, status, limits, fds, platform] = await printedBy<[Values, string, string, number, string]>(`
      import { readdirSync, readFileSync } from 'node:fs';
      const registry = new Registry();
      collectDefaultMetrics({ registry });
      const linux = process.platform === 'linux';
      // The descriptor used for listing is not counted.
      const openFiles = () => (linux ? readdirSync('/proc/self/fd').length - 1 : 0);
      // A scrape may open files for good, and counts the files open before.
      let before;
      let values;
      do {
        before = openFiles();
        values = await valuesOf(registry);
      } while (openFiles() !== before);
      print(values);
      print(linux ? readFileSync('/proc/self/status', 'utf8') : '');
      print(linux ? readFileSync('/proc/self/limits', 'utf8') : '');
      print(openFiles());
      print(process.platform);
    `);
    const ofProc = ['process_virtual_memory_bytes', 'process_heap_bytes', 'process_threads', 'process_open_fds'];

    if (platform !== 'linux') {
      expect(Object.keys(values)).not.toEqual(expect.arrayContaining(ofProc));
      return;
    }
    const kibibytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)![1]) * 1024;
    expect(Math.abs(values.process_virtual_memory_bytes! / kibibytes('VmSize') - 1)).toBeLessThan(0.1);
    expect(Math.abs(values.process_heap_bytes! / kibibytes('VmData') - 1)).toBeLessThan(0.1);
    expect(Math.abs(values.process_resident_memory_bytes! / kibibytes('VmRSS') - 1)).toBeLessThan(0.1);
    expect(values.process_threads).toBe(Number(/^Threads:\s+(\d+)$/m.exec(status)![1]));
    expect(values.process_open_fds).toBe(fds);
    const files = /^Max open files\s+(\S+)/m.exec(limits)![1];
    expect(values.process_max_fds).toBe(files === 'unlimited' ? undefined : Number(files));
    // Traffic of other programs may change the values, so only their presence is checked.
    const interfaces = readFileSync('/proc/self/net/dev', 'utf8')
      .split('\n')
      .filter((line) => line.includes(':') && !line.trim().startsWith('lo:'));
    expect(values.process_network_receive_bytes_total !== undefined).toBe(interfaces.length > 0);
  });
});
