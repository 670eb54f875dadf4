import { Registry } from '@promwright/metrics';
import type { Collector } from '@promwright/model';
import { expect, test } from 'vitest';
import { GatewaySink, statuses } from '../test/gateway-sink.ts';
import { Pushgateway } from './pushgateway.ts';
import type { PushgatewayOptions } from './pushgateway-options.ts';

async function setUp(options: Partial<PushgatewayOptions> = {}) {
  const sink = await GatewaySink.start();
  const registry = new Registry();
  const gateway = new Pushgateway({
    url: sink.url,
    job: 'test',
    registry,
    registerer: registry,
    retries: 1,
    ...options,
  });
  return { sink, registry, gateway };
}

function countsIn(registry: Registry): Record<string, unknown> {
  return Object.fromEntries(registry.gatherSync().flatMap(({ name, rows, ...family }) => [[name, [...family.values]]]));
}

test('PushCounts counts pushes, failures, retries and time', async () => {
  const { sink, registry, gateway } = await setUp();
  sink.respond = statuses(200, 500, 500, 503, 200, 400);
  const before = Date.now() / 1000;

  await gateway.push();
  await gateway.pushAdd().catch(() => undefined);
  await gateway.delete();
  await gateway.push().catch(() => undefined);

  expect(countsIn(registry)).toEqual({
    promwright_pushes_total: [4],
    promwright_push_failures_total: [2],
    promwright_push_retries_total: [2],
    promwright_push_duration_seconds: [4, expect.any(Number)],
    promwright_push_last_success_timestamp_seconds: [expect.any(Number)],
  });
  const [last] = countsIn(registry).promwright_push_last_success_timestamp_seconds as [number];
  expect(last).toBeGreaterThanOrEqual(before);
  expect(last).toBeLessThanOrEqual(Date.now() / 1000);
});

test('PushCounts shows zeros before the first push, and no time of success', async () => {
  const { registry } = await setUp();

  expect(countsIn(registry)).toEqual({
    promwright_pushes_total: [0],
    promwright_push_failures_total: [0],
    promwright_push_retries_total: [0],
    promwright_push_duration_seconds: [0, 0],
    promwright_push_last_success_timestamp_seconds: [],
  });
});

test('PushCounts can be pushed with any grouping key', async () => {
  const { sink, gateway } = await setUp({ groupingKey: { result: 'a', method: 'b', code: 'c', status: 'd' } });

  await gateway.push();
  await gateway.push();

  expect(sink.received[1]!.text).toContain('promwright_pushes_total 1\n');
});

test('PushCounts are shared by all gateways of one registry', async () => {
  const { sink, registry, gateway } = await setUp();
  const other = new Pushgateway({ url: sink.url, job: 'other', registry, registerer: registry });

  await gateway.push();
  await other.push();

  expect(countsIn(registry).promwright_pushes_total).toEqual([2]);
});

test('PushCounts register in any object with a method register', async () => {
  const taken: Collector[] = [];
  const registerer = {
    register<C extends Collector>(collector: C): C {
      taken.push(collector);
      return collector;
    },
    unregister: () => false,
  };
  const { gateway } = await setUp({ registerer });

  await gateway.push();

  const families = await taken[0]!.collect({ signal: new AbortController().signal });
  expect(families[0]).toMatchObject({ name: 'promwright_pushes_total', values: new Float64Array([1]) });
});

test('PushCounts clash with a metric of the same name', async () => {
  const registry = new Registry();
  const { Gauge } = await import('@promwright/metrics');
  new Gauge({ name: 'promwright_pushes_total', help: 'P.', registry });

  await expect(setUp({ registerer: registry })).rejects.toMatchObject({ code: 'DUPLICATE_DEFINITION' });
});
