import { once } from 'node:events';
import { Counter, Registry } from '@promwright/metrics';
import { parseText } from '@promwright/parser';
import { describe, expect, test, vi } from 'vitest';
import { GatewaySink, statuses } from '../test/gateway-sink.ts';
import type { JobOptions } from './job-options.ts';
import { Pushgateway } from './pushgateway.ts';

async function setUp(onError = vi.fn()) {
  const sink = await GatewaySink.start();
  const registry = new Registry();
  const saved = new Counter({ name: 'saved_files_total', help: 'S.', registry });
  const gateway = new Pushgateway({ url: sink.url, job: 'backup', registry, retries: 0, onError });
  return { sink, gateway, saved, onError };
}

function valuesOf(text: string): Record<string, number> {
  return Object.fromEntries(parseText(text).map(({ name, values }) => [name, values[0]!]));
}

test('runJob pushes a success with the metrics of the registry, and returns the result of the work', async () => {
  const { sink, gateway, saved } = await setUp();
  const before = Date.now() / 1000;

  const result = await gateway.runJob({ name: 'backup' }, async () => {
    saved.inc(3);
    await new Promise((resolve) => setTimeout(resolve, 30));
    return 'done';
  });

  expect(result).toBe('done');
  expect(sink.received).toMatchObject([{ method: 'POST', path: '/metrics/job/backup' }]);
  const values = valuesOf(sink.received[0]!.text);
  expect(values).toEqual({
    saved_files_total: 3,
    backup_duration_seconds: expect.any(Number),
    backup_last_success_seconds: expect.any(Number),
  });
  expect(values.backup_duration_seconds).toBeGreaterThan(0.02);
  expect(values.backup_duration_seconds).toBeLessThan(15);
  expect(values.backup_last_success_seconds).toBeGreaterThanOrEqual(before);
  expect(values.backup_last_success_seconds).toBeLessThanOrEqual(Date.now() / 1000);
});

test.each<[how: string, fail: () => never | Promise<never>]>([
  [
    'throws',
    () => {
      throw new RangeError('no disk');
    },
  ],
  ['rejects', () => Promise.reject(new RangeError('no disk'))],
])('runJob pushes a failure when the work %s, keeps the last success, and throws the same error', async (_, fail) => {
  const { sink, gateway, onError } = await setUp();

  const run = gateway.runJob({ name: 'backup' }, fail);

  await expect(run).rejects.toThrow(new RangeError('no disk'));
  expect(Object.keys(valuesOf(sink.received[0]!.text))).toEqual([
    'saved_files_total',
    'backup_duration_seconds',
    'backup_last_failure_seconds',
  ]);
  expect(sink.received[0]!.method).toBe('POST');
  expect(onError).not.toHaveBeenCalled();
});

test('runJob throws the same value if it is no error', async () => {
  const { gateway } = await setUp();

  const outcome = await gateway
    .runJob({ name: 'backup' }, () => Promise.reject(undefined))
    .then(
      () => 'fulfilled',
      (reason) => [reason],
    );

  expect(outcome).toEqual([undefined]);
});

describe('a failed push of runJob', () => {
  test('does not hide the result, and is reported each time', async () => {
    const { sink, gateway, onError } = await setUp();
    sink.respond = statuses(400);

    const results = [
      await gateway.runJob({ name: 'backup' }, () => 1),
      await gateway.runJob({ name: 'backup' }, () => 2),
    ];

    expect(results).toEqual([1, 2]);
    expect(onError.mock.calls).toMatchObject([
      [{ code: 'PUSH_FAILED', status: 400 }],
      [{ code: 'PUSH_FAILED', status: 400 }],
    ]);
  });

  test('does not hide the error of the work', async () => {
    const { sink, gateway, onError } = await setUp();
    sink.respond = statuses(400);

    const run = gateway.runJob({ name: 'backup' }, () => Promise.reject(new Error('no disk')));

    await expect(run).rejects.toThrow('no disk');
    expect(onError.mock.calls).toMatchObject([[{ code: 'PUSH_FAILED' }]]);
  });

  test('does not hide the result if onError throws', async () => {
    const { sink, gateway } = await setUp(
      vi.fn(() => {
        throw new Error('of onError');
      }),
    );
    sink.respond = statuses(400);

    expect(await gateway.runJob({ name: 'backup' }, () => 1)).toBe(1);
  });

  test('is reported as a warning of the process by default', async () => {
    const sink = await GatewaySink.start(statuses(400));
    const gateway = new Pushgateway({ url: sink.url, job: 'backup', registry: new Registry() });
    const warned = once(process, 'warning');

    await gateway.runJob({ name: 'backup' }, () => undefined);

    expect((await warned)[0]).toMatchObject({ name: 'PushWarning', code: 'PUSH_FAILED' });
  });

  test('names a metric of the registry with the same name', async () => {
    const registry = new Registry();
    new Counter({ name: 'backup_duration_seconds', help: 'B.', registry });
    const sink = await GatewaySink.start();
    const onError = vi.fn();
    const gateway = new Pushgateway({ url: sink.url, job: 'backup', registry, onError });

    await gateway.runJob({ name: 'backup' }, () => undefined);

    expect(onError.mock.calls).toMatchObject([
      [{ code: 'CLASHING_NAME', message: 'Metric "backup_duration_seconds" cannot be pushed twice at once' }],
    ]);
    expect(sink.received).toEqual([]);
  });
});

test('a signal aborts the push of runJob without a report, and keeps the result', async () => {
  const { sink, gateway, onError } = await setUp();
  const control = new AbortController();
  sink.respond = () => control.abort();

  expect(await gateway.runJob({ name: 'backup', signal: control.signal }, () => 1)).toBe(1);

  expect(onError).not.toHaveBeenCalled();
});

test.each<[options: unknown, work: unknown, code: string]>([
  [undefined, () => 1, 'INVALID_OPTION'],
  [{}, () => 1, 'INVALID_NAME'],
  [{ name: 'nightly backup' }, () => 1, 'INVALID_NAME'],
  [{ name: 'backup' }, undefined, 'INVALID_OPTION'],
  [{ name: 'backup', signal: {} }, () => 1, 'INVALID_OPTION'],
])('runJob refuses %j with %o before the work begins', async (options, work, code) => {
  const { sink, gateway } = await setUp();
  const watched = typeof work === 'function' ? vi.fn(work as () => number) : work;

  await expect(gateway.runJob(options as JobOptions, watched as () => number)).rejects.toMatchObject({ code });

  expect(sink.received).toEqual([]);
  if (typeof work === 'function') expect(watched).not.toHaveBeenCalled();
});

describe('runJob with failOnPushError', () => {
  async function failing() {
    const { gateway, onError } = await setUp();
    const sink = await GatewaySink.start(statuses(400));
    const registry = new Registry();
    return {
      gateway: new Pushgateway({ url: sink.url, job: 'backup', registry, retries: 0, onError }),
      working: gateway,
      onError,
    };
  }

  test('rejects if only the push failed', async () => {
    const { gateway, onError } = await failing();

    const run = gateway.runJob({ name: 'backup', failOnPushError: true }, () => 'done');

    await expect(run).rejects.toMatchObject({ code: 'PUSH_FAILED', status: 400 });
    expect(onError).not.toHaveBeenCalled();
  });

  test('rejects with the error of the work if both failed, and reports the error of the push', async () => {
    const { gateway, onError } = await failing();

    const run = gateway.runJob({ name: 'backup', failOnPushError: true }, () => Promise.reject(new Error('no disk')));

    await expect(run).rejects.toThrow('no disk');
    expect(onError).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'PUSH_FAILED' }));
  });

  test('returns the result if the push succeeded', async () => {
    const { working } = await failing();

    expect(await working.runJob({ name: 'backup', failOnPushError: true }, () => 'done')).toBe('done');
  });
});
