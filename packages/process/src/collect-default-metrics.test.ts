import { channel } from 'node:diagnostics_channel';
import { getEventListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Counter, defaultRegistry, Registry } from '@promwright/metrics';
import { PromwrightError } from '@promwright/model';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { collecting } from '../test/collecting.ts';
import { valuesOf } from '../test/values-of.ts';
import { collectDefaultMetrics } from './collect-default-metrics.ts';
import type { DefaultMetricsOptions } from './default-metrics-options.ts';
import { chooseGroups } from './metric-group.ts';

const ERRORS = 'process_instrumentation_errors_total';

async function namesIn(registry: Registry): Promise<string[]> {
  return (await registry.gather({ strict: true })).map(({ name }) => name).sort();
}

afterEach(async () => {
  // Every test must leave the default registry unchanged.
  expect(await namesIn(defaultRegistry as Registry)).toEqual([]);
});

test('collectDefaultMetrics collects into the default registry, and stop() unregisters everything', async () => {
  const collectors = collectDefaultMetrics();

  const names = await namesIn(defaultRegistry as Registry);
  collectors.stop();

  expect(names).toEqual(expect.arrayContaining(['process_cpu_seconds_total', 'nodejs_heap_size_used_bytes']));
});

test('option prefix is put before every metric name', async () => {
  const registry = collecting({ prefix: 'shop_', include: ['all'] });

  const names = await namesIn(registry);

  expect(names.length).toBeGreaterThan(30);
  expect(names.filter((name) => !name.startsWith('shop_'))).toEqual([]);
});

test('options include and exclude select the collected groups', async () => {
  const registry = collecting({ include: ['heap', 'version', 'gc'], exclude: ['gc'] });

  expect(await namesIn(registry)).toEqual([
    'nodejs_array_buffers_bytes',
    'nodejs_external_memory_bytes',
    'nodejs_heap_size_limit_bytes',
    'nodejs_heap_size_total_bytes',
    'nodejs_heap_size_used_bytes',
    'nodejs_version_info',
    ERRORS,
  ]);
});

test('costly groups are collected only if they are included', () => {
  const costly = ['http-client', 'dns'];

  expect(chooseGroups().filter((group) => costly.includes(group))).toEqual([]);
  expect(chooseGroups(['default', 'dns'])).toEqual([...chooseGroups(), 'dns']);
  expect(chooseGroups(['all'])).toEqual([...chooseGroups(), ...costly]);
  expect(chooseGroups(['all'], ['default'])).toEqual(costly);
  expect(chooseGroups([])).toEqual([]);
});

test('property groups lists the collected groups', () => {
  const collectors = collectDefaultMetrics({ registry: new Registry(), include: ['gc', 'heap'] });
  onTestFinished(() => collectors.stop());

  expect(collectors.groups).toEqual(['heap', 'gc']);
});

test.each<[message: string, options: unknown]>([
  ['collectDefaultMetrics takes an object of options; got 7', 7],
  ['Option "registry" must be a registry; got an object', { registry: {} }],
  ['Option "prefix" must be a string; got 1', { prefix: 1 }],
  ['Option "include" must be an array of groups; got "gc"', { include: 'gc' }],
  ['Option "eventLoopResolutionMs" must be a number; got "20"', { eventLoopResolutionMs: '20' }],
  ['Option "httpPools.db" must be an agent with "sockets" or a pool with "stats"; got 1', { httpPools: { db: 1 } }],
  ['Option "httpPools" must be an object of pools; got null', { httpPools: null }],
  ['Option "procDirectory" must be the path of a directory; got ""', { procDirectory: '' }],
])('an option of a wrong type throws a TypeError: %s', (message, options) => {
  const call = () => collectDefaultMetrics(options as DefaultMetricsOptions);

  expect(call).toThrow(TypeError);
  expect(call).toThrow(message);
  expect(call).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
});

test.each<[message: string, options: unknown]>([
  ['got "garbage"', { include: ['garbage'] }],
  ['got undefined', { exclude: [undefined] }],
  ['Option "eventLoopResolutionMs" must be an integer from 1 to 2147483647; got 0', { eventLoopResolutionMs: 0 }],
  ['Option "eventLoopResolutionMs" must be an integer from 1 to 2147483647; got 1.5', { eventLoopResolutionMs: 1.5 }],
  [
    'Option "eventLoopResolutionMs" must be an integer from 1 to 2147483647; got 4294967296',
    { eventLoopResolutionMs: 2 ** 32 },
  ],
  ['Option "lagWindowMs" must be an integer from 1000 to 2147483647; got 10', { lagWindowMs: 10 }],
  ['Option "hostLimit" must be an integer from 1 on, or Infinity; got NaN', { hostLimit: Number.NaN }],
  ['Metric name "1_"', { prefix: '1_' }],
  ['must rise, each bound once; got 1 after 2', { gcBuckets: [2, 1] }],
  ['must rise, each bound once; got 1 after 2', { eventLoopBuckets: [2, 1] }],
])('an option out of bounds throws a RangeError and registers nothing: %s', async (message, options) => {
  const registry = new Registry();
  const call = () => collectDefaultMetrics({ ...(options as DefaultMetricsOptions), registry });

  expect(call).toThrow(RangeError);
  expect(call).toThrow(message);
  expect(call).toThrow(PromwrightError);
  expect(await namesIn(registry)).toEqual([]);
});

test('a taken metric name throws at once, and nothing is collected', async () => {
  const registry = new Registry();
  const mine = new Counter({ name: 'nodejs_gc_duration_seconds', help: 'Mine.', registry });

  const call = () => collectDefaultMetrics({ registry });

  expect(call).toThrow(expect.objectContaining({ code: 'DUPLICATE_DEFINITION' }));
  expect(await namesIn(registry)).toEqual([mine.name]);
});

test('two calls share their groups until both are stopped', async () => {
  const registry = new Registry();
  const first = collectDefaultMetrics({ registry, include: ['heap', 'gc'] });
  const second = collectDefaultMetrics({ registry, include: ['heap', 'version'] });
  const both = await namesIn(registry);

  first.stop();
  first.stop();
  const one = await namesIn(registry);
  second.stop();

  expect(both).toEqual([...new Set(both)]);
  expect(both).toContain('nodejs_gc_duration_seconds');
  expect(one).toEqual(both.filter((name) => name !== 'nodejs_gc_duration_seconds'));
  expect(await namesIn(registry)).toEqual([]);
});

test('a second call with other options for the same group throws', () => {
  const registry = collecting({ include: ['gc'] });

  const call = () => collectDefaultMetrics({ registry, include: ['heap', 'gc'], gcBuckets: [1, 2] });

  expect(call).toThrow('Group "gc" is already collected with other options: {');
});

test('two registries, and two prefixes in one registry, are independent', async () => {
  const registry = new Registry();
  const a = collectDefaultMetrics({ registry, include: ['version'], prefix: 'a_' });
  const b = collectDefaultMetrics({ registry, include: ['version'], prefix: 'b_' });
  const other = collecting({ include: ['version'] });

  a.stop();

  expect(await namesIn(registry)).toEqual([`b_${ERRORS}`, 'b_nodejs_version_info'].sort());
  expect(await namesIn(other)).toEqual(['nodejs_version_info', ERRORS]);
  b.stop();
});

test('two copies of the package in one program share the groups of a registry', async () => {
  const registry = new Registry();
  const first = collectDefaultMetrics({ registry, include: ['http-client', 'gc'] });
  const names = await namesIn(registry);
  vi.resetModules();
  const copy = await import('./collect-default-metrics.ts');
  const second = copy.collectDefaultMetrics({ registry, include: ['http-client', 'gc'] });

  const shared = await namesIn(registry);
  first.stop();
  const kept = await namesIn(registry);
  second.stop();

  expect(copy.collectDefaultMetrics).not.toBe(collectDefaultMetrics);
  expect([shared, kept]).toEqual([names, names]);
  expect(await namesIn(registry)).toEqual([]);
});

test('collection can be started again after stop()', async () => {
  const registry = new Registry();
  for (let i = 0; i < 3; i++) {
    const collectors = collectDefaultMetrics({ registry });
    expect((await namesIn(registry)).length).toBeGreaterThan(30);
    collectors.stop();
    expect(await namesIn(registry)).toEqual([]);
  }
});

test('collection can be started again after the registry was cleared', async () => {
  const registry = new Registry();
  const first = collectDefaultMetrics({ registry, include: ['heap', 'gc'] });
  const before = await namesIn(registry);
  registry.clear();

  const second = collectDefaultMetrics({ registry, include: ['heap', 'gc'] });

  expect(await namesIn(registry)).toEqual(before);
  first.stop();
  second.stop();
  expect(await namesIn(registry)).toEqual([]);
});

test('listeners end after the registry was cleared', async () => {
  const registry = collecting({ include: ['http-client', 'worker-threads'] });
  const created = channel('worker_threads');
  const finished = channel('http.client.response.finish');
  registry.clear();

  created.publish({ worker: { once() {} } });
  finished.publish({});

  expect([created.hasSubscribers, finished.hasSubscribers]).toEqual([false, false]);
});

test('an internal error is counted, and never reaches the program', async () => {
  const registry = collecting({ include: ['http-client'] });

  channel('http.client.request.start').publish(undefined);
  channel('undici:request:headers').publish({
    get request(): never {
      throw new Error('broken');
    },
  });

  expect(await valuesOf(registry)).toMatchObject({ [`${ERRORS}{group="http-client"}`]: 2 });
});

test('stop() leaves no subscriber and no listener', async () => {
  const channels = [
    'worker_threads',
    'http.client.request.created',
    'http.client.request.start',
    'http.client.request.error',
    'http.client.response.finish',
    'undici:request:create',
    'undici:request:headers',
    'undici:request:error',
  ].map((name) => channel(name));
  const state = () => ({
    subscribed: channels.map(({ hasSubscribers }) => hasSubscribers),
    listeners: process.eventNames().map((event) => [event, getEventListeners(process, event).length]),
  });
  const before = state();
  const registry = new Registry();

  const collectors = collectDefaultMetrics({ registry, include: ['all'] });
  await registry.gather();
  const during = state();
  collectors.stop();

  expect(during.subscribed).toEqual(channels.map(() => true));
  expect(state()).toEqual(before);
});

test('each family has the scope process or thread, and a rule for merging', async () => {
  const registry = collecting({ include: ['process', 'network', 'cgroup', 'heap', 'event-loop', 'version'] });

  const families = await registry.gather();

  const scopes = Object.fromEntries(families.map(({ name, scope, merge }) => [name, `${scope} ${merge}`]));
  expect(scopes).toMatchObject({
    process_cpu_seconds_total: 'process sum',
    process_resident_memory_bytes: 'process livesum',
    process_start_time_seconds: 'process livemin',
    nodejs_version_info: 'process livemostrecent',
    nodejs_heap_size_used_bytes: 'thread livesum',
    nodejs_eventloop_delay_seconds: 'thread sum',
  });
  const shared = families.filter(({ name }) => /cgroup|network/.test(name));
  expect(new Set(shared.map(({ scope, merge }) => `${scope} ${merge}`))).not.toContain('process sum');
});

test('histograms have classic and native buckets', async () => {
  const registry = collecting({ include: ['event-loop', 'gc'] });

  const families = await registry.gather();

  const both = families
    .filter(({ layout, native }) => layout.kind === 'classic' && native !== undefined)
    .map(({ name }) => name);
  expect(both).toEqual(['nodejs_eventloop_delay_seconds', 'nodejs_gc_duration_seconds']);
});

test('sampling of the event loop ends after the registry was cleared', async () => {
  const registry = collecting({ include: ['event-loop'], eventLoopResolutionMs: 1 });
  registry.clear();

  // The tick comes once a second, or late.
  await delay(1500);
  const again = collectDefaultMetrics({ registry, include: ['event-loop'], lagWindowMs: 5000 });

  // Other options would be refused if the first group were still running.
  expect(await namesIn(registry)).toContain('nodejs_eventloop_delay_seconds');
  again.stop();
});
