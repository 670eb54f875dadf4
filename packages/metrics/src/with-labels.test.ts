import { describe, expect, test, vi } from 'vitest';
import { Counter } from './counter.ts';
import { Gauge } from './gauge.ts';
import { Histogram } from './histogram.ts';
import { Registry } from './registry/registry.ts';
import { Summary } from './summary.ts';

describe('withLabels()', () => {
  test('binds labels of a counter: it takes only the other labels, and counts in the same series', () => {
    const requests = new Counter({
      name: 'r_total',
      help: 'R.',
      registry: null,
      labelNames: ['method', 'status', 'route'],
    });
    const gets = requests.withLabels({ method: 'GET' });
    const home = gets.withLabels({ route: '/' });
    const all = home.withLabels({ status: 200 });

    gets.inc({ status: 200, route: '/' });
    home.inc({ status: 200 }, 2);
    home.labels({ status: '200' }).inc(3);
    all.inc();
    all.inc(4);

    expect(requests.value({ method: 'GET', status: 200, route: '/' })).toBe(11);
    expect([gets.value({ status: 200, route: '/' }), home.value({ status: 200 }), all.value()]).toEqual([11, 11, 11]);
    expect([gets.labelNames, home.labelNames, all.labelNames]).toEqual([['status', 'route'], ['status'], []]);
    expect(requests.collect()[0]!.size).toBe(1);
  });

  test('limits remove(), removeWhere() and clear() to series with the bound labels', () => {
    const requests = new Counter({ name: 'r_total', help: 'R.', registry: null, labelNames: ['method', 'status'] });
    for (const method of ['GET', 'PUT']) for (const status of [200, 404, 500]) requests.inc({ method, status });
    const gets = requests.withLabels({ method: 'GET' });

    expect(gets.remove({ status: 404 })).toBe(true);
    expect(gets.removeWhere({ status: 500 })).toBe(1);
    expect(requests.collect()[0]!.size).toBe(4);
    gets.clear();

    expect([...requests.collect()[0]!.rows()].map(({ labels }) => labels.method)).toEqual(['PUT', 'PUT', 'PUT']);
  });

  test('works for every kind of metric', async () => {
    const options = { help: 'H.', registry: null, labelNames: ['a', 'b'] as ('a' | 'b')[] };
    const gauge = new Gauge({ ...options, name: 'g' });
    const histogram = new Histogram({ ...options, name: 'h', buckets: [1] });
    const summary = new Summary({ ...options, name: 's' });

    gauge.withLabels({ a: 1 }).set({ b: 2 }, 5);
    gauge.withLabels({ a: 1, b: 2 }).dec();
    histogram.withLabels({ a: 1 }).observe({ b: 2 }, 0.5);
    histogram.withLabels({ a: 1, b: 2 }).startTimer()();
    await histogram.withLabels({ a: 1 }).time({ b: 2 }, async () => undefined);
    summary.withLabels({ a: 1 }).withLabels({ b: 2 }).observe(7);

    expect(gauge.value({ a: 1, b: 2 })).toBe(4);
    expect(histogram.value({ a: 1, b: 2 }).count).toBe(3);
    expect(summary.value({ a: 1, b: 2 })).toEqual({ count: 1, sum: 7 });
  });

  test('counts in the right series, whatever is removed or cleared between two calls', () => {
    const counts = new Map<string, number>();
    const requests = new Counter({
      name: 'r_total',
      help: 'R.',
      registry: null,
      labelNames: ['method', 'route', 'status'],
      labelLimit: Infinity,
    });
    const views = Array.from({ length: 4 }, (_, i) => ({
      byMethod: requests.withLabels({ method: `M${i}` }),
      byRoute: requests.withLabels({ route: i }),
      byStatus: requests.withLabels({ status: `${200 + i}` }),
    }));
    const count = (key: string, amount: number) => counts.set(key, (counts.get(key) ?? 0) + amount);
    const labelsOf = (i: number) => ({ method: `M${i % 4}`, route: (i >> 2) % 90, status: 200 + ((i >> 5) % 7) });
    let random = 17;

    for (let turn = 0; turn < 24_000; turn++) {
      random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
      const { method, route, status } = labelsOf(random >>> 8);
      const key = `${method} ${route} ${status}`;
      const bound = (random >>> 20) % 4;
      const { byMethod, byRoute, byStatus } = views[bound]!;
      if (turn % 10_000 === 9999) {
        requests.clear();
        counts.clear();
      } else if (turn % 3 === 0) {
        byMethod.inc({ route, status });
        count(`M${bound} ${route} ${status}`, 1);
      } else if (turn % 3 === 1) {
        // The other labels in another order.
        byRoute.inc({ status, method });
        count(`${method} ${bound} ${status}`, 1);
      } else if (turn % 2 === 0) {
        byStatus.inc({ method, route: `${route}` }, 2);
        count(`${method} ${route} ${200 + bound}`, 2);
      } else {
        requests.remove({ method, route, status });
        requests.removeWhere({ route: (route + 1) % 90 });
        counts.delete(key);
        for (const each of counts.keys()) if (each.split(' ')[1] === String((route + 1) % 90)) counts.delete(each);
      }
    }

    const found = [...requests.collect()[0]!.rows()].map((row) => [
      `${row.labels.method} ${row.labels.route} ${row.labels.status}`,
      (row as { value: number }).value,
    ]);
    expect(found.length).toBeGreaterThan(100);
    expect(found.sort()).toEqual([...counts].sort());
  });

  test('keeps its series from expiring, and begins them again after', () => {
    vi.useFakeTimers({ toFake: ['performance'], now: 0 });
    try {
      const requests = new Counter({
        name: 'r_total',
        help: 'R.',
        registry: null,
        labelNames: ['method', 'status'],
        expireAfterMs: 1000,
      });
      const gets = requests.withLabels({ method: 'GET' });
      gets.inc({ status: 200 });
      for (let i = 0; i < 3; i++) {
        vi.advanceTimersByTime(800);
        gets.inc({ status: 200 });
        requests.collect();
      }
      expect(gets.value({ status: 200 })).toBe(4);

      vi.advanceTimersByTime(2500);
      requests.collect();
      expect(requests.collect()[0]!.size).toBe(0);
      gets.inc({ status: 200 });

      expect(gets.value({ status: 200 })).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });

  test('refuses wrong labels', () => {
    const requests = new Counter({
      name: 'r_total',
      help: 'R.',
      registry: new Registry({ onInvalid: 'throw' }),
      labelNames: ['method', 'status'],
    });
    const gets = requests.withLabels({ method: 'GET' });

    expect(() => requests.withLabels({ verb: 'GET' } as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_LABELS' }),
    );
    expect(() => requests.withLabels({ method: {} } as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_LABEL_VALUE' }),
    );
    expect(() => gets.inc({} as never)).toThrow('Label "status" of metric "r_total" is missing');
    expect(() => gets.withLabels({ status: 200 }).inc(new Map() as never)).toThrow(
      'Metric "r_total" takes no labels; got',
    );
    expect(() => gets.inc({ method: 'PUT', status: 200 } as never)).toThrow(
      'Label "method" of metric "r_total" is bound to "GET" here; got "PUT"',
    );
    expect(requests.collect()[0]!.size).toBe(0);

    requests.inc({ method: 'GET', status: 200 });
    expect(() => gets.withLabels({ status: 200 }).inc(new Map() as never)).toThrow(
      'Metric "r_total" takes no labels; got',
    );
    expect(requests.value({ method: 'GET', status: 200 })).toBe(1);
  });
});

describe('countExceptions()', () => {
  test('counts errors and passes them on, synchronously or not', async () => {
    const failures = new Counter({ name: 'f_total', help: 'F.', registry: null });
    const handle = failures.labels({});
    const boom = () => {
      throw new TypeError('boom');
    };

    expect(failures.countExceptions(() => 5)).toBe(5);
    expect(await failures.countExceptions(async () => 6)).toBe(6);
    expect(() => failures.countExceptions(boom)).toThrow('boom');
    await expect(handle.countExceptions(async () => boom())).rejects.toThrow('boom');

    expect(failures.value()).toBe(2);
  });

  test('counts only errors of the given class', async () => {
    const failures = new Counter({ name: 'f_total', help: 'F.', registry: null, labelNames: ['job'] });

    for (const error of [new TypeError('a'), new RangeError('b'), 'text']) {
      const run = () => Promise.reject(error);
      await failures.countExceptions({ job: 'x' }, run, TypeError).catch(() => undefined);
    }

    expect(failures.value({ job: 'x' })).toBe(1);
  });
});

describe('a counter with a collect option', () => {
  test('is set at every gather, and gets a new start time when the total falls', async () => {
    vi.useFakeTimers({ now: 5000 });
    try {
      const registry = new Registry();
      const stats = { total: 10 };
      new Counter({
        name: 'c_total',
        help: 'C.',
        registry,
        collect() {
          this.set(stats.total);
        },
      });
      const shown = async () => {
        const [family] = await registry.gather();
        return [family!.values[0], family!.startMs![0]];
      };

      expect(await shown()).toEqual([10, 5000]);
      vi.advanceTimersByTime(1000);
      stats.total = 12;
      expect(await shown()).toEqual([12, 5000]);
      stats.total = 3;
      expect(await shown()).toEqual([3, 6000]);
    } finally {
      vi.useRealTimers();
    }
  });

  test('may have labels, be asynchronous, and remove series that are gone', async () => {
    const registry = new Registry();
    const stats = new Map([
      ['a', 1],
      ['b', 2],
    ]);
    new Counter({
      name: 'c_total',
      help: 'C.',
      registry,
      labelNames: ['k'],
      async collect() {
        this.clear();
        for (const [k, total] of stats) this.set({ k }, total);
      },
    });
    const shown = async () =>
      [...(await registry.gather())[0]!.rows()].map((row) => [row.labels.k, (row as { value: number }).value]);

    expect(await shown()).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    stats.delete('a');
    expect(await shown()).toEqual([['b', 2]]);
  });

  test.each([-1, Number.NaN, Infinity, '5'])(
    'refuses %s, and only this metric is missing from the scrape',
    async (total) => {
      const registry = new Registry({ onInvalid: 'throw' });
      new Counter({
        name: 'c_total',
        help: 'C.',
        registry,
        collect() {
          this.set(total as number);
        },
      });
      new Gauge({ name: 'g', help: 'G.', registry });

      expect((await registry.gather()).map(({ name }) => name)).toEqual(['g', 'promwright_collector_errors_total']);
      await expect(registry.gather({ strict: true })).rejects.toMatchObject({ cause: { code: 'INVALID_VALUE' } });
    },
  );
});

test('a timer ends at the end of its using block, once', () => {
  const histogram = new Histogram({ name: 'h', help: 'H.', registry: null, labelNames: ['a'] });
  const disposeOf = (timer: object) =>
    (timer as Record<symbol, () => void>)[Symbol.dispose ?? Symbol.for('Symbol.dispose')]!;

  const left = histogram.startTimer({ a: 1 });
  disposeOf(left)();
  disposeOf(left)();
  const ended = histogram.labels({ a: 1 }).startTimer();
  ended();
  disposeOf(ended)();

  expect(histogram.value({ a: 1 }).count).toBe(2);
});

test('merge and scope are part of the definition, and of the family', () => {
  const merges = (type: 'counter' | 'gauge', merge?: string) => {
    const options = { name: 'm', help: 'M.', registry: null, ...(merge && { merge }) } as never;
    return (type === 'counter' ? new Counter(options) : new Gauge(options)).collect()[0]!.merge;
  };

  expect([merges('counter'), merges('gauge'), merges('gauge', 'livemax'), merges('counter', 'all')]).toEqual([
    'sum',
    'livesum',
    'livemax',
    'all',
  ]);
  expect(() => merges('gauge', 'first')).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  expect(() => merges('counter', 'max')).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  expect(new Gauge({ name: 'm', help: 'M.', registry: null, scope: 'process' }).collect()[0]!.scope).toBe('process');
  expect(() => new Gauge({ name: 'm', help: 'M.', registry: null, scope: 'host' as 'process' })).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION' }),
  );
});
