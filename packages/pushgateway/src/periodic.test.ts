import { once } from 'node:events';
import { Counter, Registry } from '@promwright/metrics';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { eventually, GatewaySink, statuses } from '../test/gateway-sink.ts';
import { Pushgateway } from './pushgateway.ts';
import type { PushgatewayOptions } from './pushgateway-options.ts';
import type { StartOptions } from './start-options.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

async function setUp(options: Partial<PushgatewayOptions> = {}) {
  const sink = await GatewaySink.start();
  const registry = new Registry();
  const counter = new Counter({ name: 'jobs_total', help: 'J.', registry });
  const errors: unknown[] = [];
  const gateway = new Pushgateway({
    url: sink.url,
    job: 'test',
    registry,
    retries: 0,
    onError: (error) => errors.push(error),
    ...options,
  });
  onTestFinished(() => gateway.close());
  return { sink, gateway, counter, errors };
}

/** Interval so long that no test reaches a periodic push. */
const NEVER_MS = 1_000_000;

describe('Pushgateway.start', () => {
  test.each([
    [undefined, 'PUT'],
    ['push', 'PUT'],
    ['pushAdd', 'POST'],
  ] as const)('pushes again and again, by method %s', async (method, expected) => {
    const { sink, gateway, counter } = await setUp();
    counter.inc();

    gateway.start({ intervalMs: 5, ...(method && { method }) });
    await sink.until(3);

    expect(sink.received[2]).toMatchObject({ method: expected, text: expect.stringContaining('jobs_total 1\n') });
  });

  test('does not push at once', async () => {
    const { sink, gateway } = await setUp();

    gateway.start({ intervalMs: NEVER_MS });
    await gateway.delete();

    expect(sink.received.map(({ method }) => method)).toEqual(['DELETE']);
  });

  test('begins no push while another push is under way', async () => {
    const { sink, gateway } = await setUp();
    let open = 0;
    const together: number[] = [];
    sink.respond = (res) => {
      together.push(++open);
      setTimeout(() => {
        open--;
        res.end();
      }, 20);
    };

    gateway.start({ intervalMs: 1 });
    await sink.until(5);

    expect(new Set(together)).toEqual(new Set([1]));
  });

  test('keeps one connection open', async () => {
    const { sink, gateway } = await setUp();

    gateway.start({ intervalMs: 5 });
    await sink.until(5);
    await gateway.stop();

    expect(sink.sockets).toHaveLength(1);
    await eventually(() => expect(sink.open).toBe(0));
  });

  test('throws if pushing was started and not stopped', async () => {
    const { gateway } = await setUp();
    gateway.start({ intervalMs: NEVER_MS });

    expect(() => gateway.start()).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: `Pushing to "${gateway.url}" was started already; stop it first`,
      }),
    );
    await gateway.stop();
    gateway.start({ intervalMs: NEVER_MS });
  });

  test.each<[options: unknown, message: string]>([
    [null, 'start takes an object of options; got null'],
    [{ intervalMs: 0 }, 'Option "intervalMs" must be from 1 to 2147483647 milliseconds; got 0'],
    [{ intervalMs: '5' }, 'Option "intervalMs" must be from 1 to 2147483647 milliseconds; got "5"'],
    [{ intervalMs: 2 ** 31 }, 'Option "intervalMs" must be from 1 to 2147483647 milliseconds; got 2147483648'],
    [{ method: 'delete' }, 'Option "method" must be "push" or "pushAdd"; got "delete"'],
    [{ pushAtExit: 1 }, 'Option "pushAtExit" must be true or false; got 1'],
    [{ deleteOnStop: 'yes' }, 'Option "deleteOnStop" must be true or false; got "yes"'],
  ])('refuses %j', async (options, message) => {
    const { gateway } = await setUp();

    expect(() => gateway.start(options as StartOptions)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message }),
    );
  });
});

describe('a failure of a periodic push', () => {
  test('is reported once until a push succeeds, then again', async () => {
    const { sink, gateway, errors } = await setUp();
    sink.respond = statuses(500, 500, 500, 200, 400, 400, 200);

    gateway.start({ intervalMs: 5 });
    await sink.until(8);

    expect(errors).toMatchObject([
      { code: 'PUSH_FAILED', status: 500 },
      { code: 'PUSH_FAILED', status: 400 },
    ]);
  });

  test('is reported as a warning of the process by default', async () => {
    const sink = await GatewaySink.start(statuses(400));
    const gateway = new Pushgateway({ url: sink.url, job: 'test', registry: new Registry() });
    onTestFinished(() => gateway.close());
    const warned = once(process, 'warning');

    gateway.start({ intervalMs: 5 });
    const [warning] = await warned;

    expect(warning).toMatchObject({
      name: 'PushWarning',
      code: 'PUSH_FAILED',
      message: `Push to "${gateway.url}" failed: status 400: response 1`,
    });
  });

  test('does not end pushing, even if onError throws', async () => {
    const onError = vi.fn(() => {
      throw new Error('no');
    });
    const { sink, gateway } = await setUp({ onError });
    sink.respond = statuses(400);

    gateway.start({ intervalMs: 5 });
    await sink.until(3);

    expect(onError).toHaveBeenCalledTimes(1);
  });

  test('can be a failure of gathering', async () => {
    const { sink, gateway, errors } = await setUp({ registry: { gather: () => Promise.reject(new Error('no disk')) } });

    gateway.start({ intervalMs: 5 });

    await eventually(() => expect(errors).toMatchObject([{ message: 'no disk' }]));
    expect(sink.received).toEqual([]);
  });
});

describe('Pushgateway.stop', () => {
  test('pushes the current values once more, and never again', async () => {
    const { sink, gateway, counter } = await setUp();
    gateway.start({ intervalMs: 5 });
    await sink.until(1);
    counter.inc(7);

    await gateway.stop();

    const { length } = sink.received;
    expect(sink.received.at(-1)).toMatchObject({ method: 'PUT', text: expect.stringContaining('jobs_total 7\n') });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(sink.received).toHaveLength(length);
  });

  test('deletes the group with the option deleteOnStop', async () => {
    const { sink, gateway } = await setUp();
    gateway.start({ intervalMs: NEVER_MS, deleteOnStop: true });

    await gateway.stop();

    expect(sink.received.map(({ method }) => method)).toEqual(['DELETE']);
  });

  test('does nothing if pushing was not started, and pushes once if called twice', async () => {
    const { sink, gateway } = await setUp();

    await gateway.stop();
    expect(sink.received).toEqual([]);
    gateway.start({ intervalMs: NEVER_MS });
    await Promise.all([gateway.stop(), gateway.stop()]);
    await gateway.stop();

    expect(sink.received).toHaveLength(1);
  });

  test('waits for a push under way, then pushes', async () => {
    const { sink, gateway } = await setUp();
    let end = () => {};
    sink.respond = (res, count) => {
      if (count === 1) end = () => void res.end();
      else res.end();
    };
    gateway.start({ intervalMs: 1 });
    await sink.until(1);

    const stopped = gateway.stop({ timeoutMs: 30_000 });
    setImmediate(() => end());
    await stopped;

    expect(sink.received).toHaveLength(2);
    expect(sink.sockets).toHaveLength(1);
  });

  test('aborts a push under way after half of the time limit, then pushes', async () => {
    const { sink, gateway, errors } = await setUp();
    sink.respond = (res, count) => void (count > 1 && res.end());
    gateway.start({ intervalMs: 1 });
    await sink.until(1);

    await gateway.stop({ timeoutMs: 4000 });

    expect(sink.received).toHaveLength(2);
    expect(errors).toMatchObject([
      { code: 'PUSH_FAILED', message: 'The current push did not end within 2000 ms of the stop' },
    ]);
  });

  test('ends within the time limit, and reports the failure', async () => {
    const { sink, gateway, errors } = await setUp({ timeoutMs: NEVER_MS, retries: 20 });
    sink.respond = () => undefined;
    gateway.start({ intervalMs: NEVER_MS });

    await gateway.stop({ timeoutMs: 50 });

    expect(errors).toMatchObject([
      { code: 'PUSH_FAILED', message: 'The last push did not end within 50 ms of the stop' },
    ]);
    await eventually(() => expect(sink.open).toBe(0));
  });

  test('pushes nothing more if the gateway is closed in the meantime', async () => {
    const { sink, gateway, errors } = await setUp();
    sink.respond = (res, count) => void (count > 1 && res.end());
    gateway.start({ intervalMs: 1 });
    await sink.until(1);

    const stopped = gateway.stop({ timeoutMs: NEVER_MS });
    gateway.close();
    await stopped;
    await gateway.delete();

    expect(sink.received.map(({ method }) => method)).toEqual(['PUT', 'DELETE']);
    expect(errors).toEqual([]);
  });

  test.each([-1, Number.NaN, '5', Infinity])('refuses a timeoutMs of %j', async (timeoutMs) => {
    const { gateway } = await setUp();

    await expect(gateway.stop({ timeoutMs: timeoutMs as number })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });
});

describe('the option pushAtExit of Pushgateway.start', () => {
  test('listens for beforeExit until the stop', async () => {
    const { gateway } = await setUp();
    const before = process.listenerCount('beforeExit');

    gateway.start({ intervalMs: NEVER_MS, pushAtExit: true });
    const during = process.listenerCount('beforeExit');
    await gateway.stop();

    expect([during, process.listenerCount('beforeExit')]).toEqual([before + 1, before]);
  });

  test('removes its listener at close', async () => {
    const { gateway } = await setUp();
    const before = process.listenerCount('beforeExit');
    gateway.start({ intervalMs: NEVER_MS, pushAtExit: true });

    gateway.close();

    expect(process.listenerCount('beforeExit')).toBe(before);
  });

  test('adds no listener for signals', async () => {
    const { gateway } = await setUp();
    const listeners = () => ['SIGTERM', 'SIGINT', 'SIGHUP', 'exit'].map((event) => process.listenerCount(event));
    const before = listeners();

    gateway.start({ intervalMs: NEVER_MS, pushAtExit: true });

    expect(listeners()).toEqual(before);
  });
});
