import { describe, expect, test, vi } from 'vitest';
import { Gauge } from './gauge.ts';
import { Registry } from './registry/registry.ts';

describe('a gauge', () => {
  test('can be set, raised and lowered, with labels and without', () => {
    const plain = new Gauge({ name: 'g', help: 'G.', registry: null });
    const labelled = new Gauge({ name: 'g', help: 'G.', registry: null, labelNames: ['a'] });

    plain.set(10);
    plain.inc();
    plain.inc(2);
    plain.dec();
    plain.dec(0.5);
    labelled.set({ a: 'x' }, -4);
    labelled.inc({ a: 'x' }, 1.5);
    labelled.dec({ a: 'x' });
    labelled.labels({ a: 'y' }).set(Infinity);
    labelled.labels({ a: 'z' }).dec(3);

    expect(plain.value()).toBe(11.5);
    expect(labelled.value({ a: 'x' })).toBe(-3.5);
    expect(labelled.value({ a: 'y' })).toBe(Infinity);
    expect(labelled.labels({ a: 'z' }).value()).toBe(-3);
  });

  test('may be NaN, and has no start time', () => {
    const gauge = new Gauge({ name: 'g', help: 'G.', registry: null });

    gauge.set(Number.NaN);

    expect([...gauge.collect()[0]!.rows()]).toEqual([{ labels: {}, value: Number.NaN }]);
  });

  test('can be set to the present time in seconds', () => {
    vi.useFakeTimers({ now: 1_700_000_000_500 });
    try {
      const gauge = new Gauge({ name: 'g_timestamp_seconds', help: 'G.', registry: null, labelNames: ['a'] });

      gauge.setToCurrentTime({ a: 'x' });
      gauge.labels({ a: 'y' }).setToCurrentTime();

      expect([gauge.value({ a: 'x' }), gauge.value({ a: 'y' })]).toEqual([1_700_000_000.5, 1_700_000_000.5]);
    } finally {
      vi.useRealTimers();
    }
  });

  test('is set to the duration of the last timed function', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] });
    try {
      const gauge = new Gauge({ name: 'g_seconds', help: 'G.', registry: null, labelNames: ['a', 'b'] });
      const stop = gauge.startTimer({ a: 'x' });
      vi.advanceTimersByTime(1500);

      expect(stop({ b: 'y' })).toBe(1.5);
      expect(gauge.value({ a: 'x', b: 'y' })).toBe(1.5);

      const running = gauge.time(
        { a: 'x', b: 'z' },
        () => new Promise((resolve) => setTimeout(() => resolve('done'), 250)),
      );
      await vi.advanceTimersByTimeAsync(250);
      expect(await running).toBe('done');
      expect(gauge.value({ a: 'x', b: 'z' })).toBe(0.25);
    } finally {
      vi.useRealTimers();
    }
  });

  test('is higher by 1 while a function is in progress, also if the function fails', async () => {
    const gauge = new Gauge({ name: 'g', help: 'G.', registry: null });
    let release: (error: Error) => void = () => undefined;

    const running = gauge.trackInProgress(() => new Promise((_, reject) => (release = reject)));
    expect(gauge.value()).toBe(1);
    release(new Error('failed'));
    await expect(running).rejects.toThrow('failed');
    expect(gauge.value()).toBe(0);

    expect(() =>
      gauge.trackInProgress(() => {
        expect(gauge.value()).toBe(1);
        throw new Error('at once');
      }),
    ).toThrow('at once');
    expect(gauge.value()).toBe(0);
  });

  test.each(['1', null, undefined, {}, 5n, true])('refuses %s as a value and is then unchanged', (value) => {
    const gauge = new Gauge({
      name: 'g',
      help: 'G.',
      registry: new Registry({ onInvalid: 'throw' }),
      labelNames: ['a'],
    });
    gauge.set({ a: 'x' }, 3);

    expect(() => gauge.set({ a: 'x' }, value as number)).toThrow(expect.objectContaining({ code: 'INVALID_VALUE' }));
    expect(() => gauge.labels({ a: 'x' }).set(value as number)).toThrow(
      expect.objectContaining({ code: 'INVALID_VALUE' }),
    );
    expect(gauge.value({ a: 'x' })).toBe(3);
  });

  test('ignores writes through the handle of a removed series', () => {
    const gauge = new Gauge({ name: 'g', help: 'G.', registry: null, labelNames: ['a'] });
    const handle = gauge.labels({ a: 'x' });
    gauge.remove({ a: 'x' });

    handle.set(5);
    handle.inc();
    handle.dec();
    gauge.set({ a: 'y' }, 1);

    expect(handle.value()).toBe(0);
    expect([...gauge.collect()[0]!.rows()]).toEqual([{ labels: { a: 'y' }, value: 1 }]);
  });
});

describe('a gauge with a collect option', () => {
  test('is set at every gather, synchronously or not', async () => {
    const registry = new Registry();
    let size = 0;
    new Gauge({
      name: 'now',
      help: 'N.',
      registry,
      collect() {
        this.set(++size);
      },
    });
    new Gauge({
      name: 'later',
      help: 'L.',
      registry,
      labelNames: ['queue'],
      async collect() {
        await Promise.resolve();
        this.set({ queue: 'mail' }, size * 10);
      },
    });
    const values = async () => (await registry.gather()).map((family) => family.values[0]);

    expect(await values()).toEqual([1, 10]);
    expect(await values()).toEqual([2, 20]);
  });

  test('awaits any thenable', async () => {
    const registry = new Registry();
    new Gauge({
      name: 'g',
      help: 'G.',
      registry,
      collect() {
        return {
          // biome-ignore lint/suspicious/noThenProperty: a thenable of another library is what is tested
          then: (resolve?: ((value: undefined) => unknown) | null) => {
            this.set(7);
            resolve?.(undefined);
            return undefined as never;
          },
        };
      },
    });

    expect((await registry.gather())[0]!.values[0]).toBe(7);
  });
});
