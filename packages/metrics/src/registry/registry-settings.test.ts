import type { MetricFamily } from '@promwright/model';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Counter } from '../counter.ts';
import { Gauge } from '../gauge.ts';
import { Histogram } from '../histogram.ts';
import { Info } from '../info.ts';
import { StateSet } from '../state-set.ts';
import { Summary } from '../summary.ts';
import { configureDefaultRegistry, defaultRegistry, resetDefaultRegistry } from './default-registry.ts';
import { Registry } from './registry.ts';

const INVALID = 'promwright_invalid_observations_total';

/** Labels that throw when they are read. */
const broken = {
  get a(): string {
    throw new Error('broken');
  },
};

function valuesOf(families: readonly MetricFamily[], name: string): unknown {
  const family = families.find((each) => each.name === name);
  return family && [...family.rows()].map((row) => [row.labels, (row as { value: number }).value]);
}

describe('onInvalid', () => {
  const emitWarning = vi.spyOn(process, 'emitWarning');
  beforeEach(() => {
    emitWarning.mockReset();
  });
  afterEach(() => {
    emitWarning.mockReset();
  });

  test('by default drops a wrong observation, counts it and warns once for each metric', () => {
    const registry = new Registry();
    const counter = new Counter({ name: 'c_total', help: 'C.', registry, labelNames: ['a'] });
    const gauge = new Gauge({ name: 'g', help: 'G.', registry });

    counter.inc({ a: 'x' });
    counter.inc({ a: undefined as never });
    counter.inc({ b: 1 } as never);
    counter.inc({ a: 'x' }, -1);
    gauge.set('5' as never);

    const families = registry.gatherSync();
    expect(valuesOf(families, 'c_total')).toEqual([[{ a: 'x' }, 1]]);
    expect(valuesOf(families, INVALID)).toEqual([
      [{ metric: 'c_total' }, 3],
      [{ metric: 'g' }, 1],
    ]);
    expect(emitWarning.mock.calls).toEqual([
      [
        'Wrong observations of metric "c_total" are dropped; the first: Label "a" of metric "c_total" is missing; it takes "a"',
        {
          type: 'PromwrightWarning',
          code: 'PROMWRIGHT_INVALID_OBSERVATION',
          detail: expect.stringContaining('registry-settings.test.ts'),
        },
      ],
      [expect.stringContaining('"g"'), expect.anything()],
    ]);
  });

  test('covers every method of every kind of metric', () => {
    const registry = new Registry();
    const common = { help: 'H.', registry, labelNames: ['a'] } as const;
    const counter = new Counter({ name: 'c_total', ...common });
    const gauge = new Gauge({ name: 'g', ...common });
    const histogram = new Histogram({ name: 'h', ...common });
    const summary = new Summary({ name: 's', ...common });
    const states = new StateSet({ name: 'm', ...common, states: ['off', 'on'] });
    const info = new Info({ name: 'i_info', help: 'I.', registry });
    const wrong = { b: 1 } as never;
    const wrongValue = '1' as never;
    const run = vi.fn(() => 7);
    const calls: (() => unknown)[] = [
      () => counter.inc(wrong),
      () => counter.labels(wrong).inc(),
      () => counter.labels({ a: 1 }).inc(wrongValue),
      () => counter.labels({ a: 1 }).inc(1, [] as never),
      () => counter.countExceptions(wrong, run),
      () => counter.remove(wrong),
      () => counter.removeWhere(wrong),
      () => counter.withLabels(wrong),
      () => gauge.set(wrong, 1),
      () => gauge.inc({ a: 1 }, wrongValue),
      () => gauge.dec({ a: 1 }, wrongValue),
      () => gauge.labels({ a: 1 }).set(wrongValue),
      () => gauge.labels({ a: 1 }).inc(wrongValue),
      () => gauge.labels({ a: 1 }).dec(wrongValue),
      () => gauge.setToCurrentTime(wrong),
      () => gauge.trackInProgress(wrong, run),
      () => gauge.startTimer(wrong)(),
      () => histogram.observe({ a: 1 }, wrongValue),
      () => histogram.labels({ a: 1 }).observe(wrongValue),
      () => histogram.labels({ a: 1 }).observe(1, 'x' as never),
      () => histogram.startTimer(wrong)(),
      () => histogram.time(wrong, run),
      () =>
        histogram.time({ a: 1 }, run, () => {
          throw new Error('no trace');
        }),
      () => summary.observe({ a: 1 }, wrongValue),
      () => summary.labels({ a: 1 }).observe(wrongValue),
      () => states.set({ a: 1 }, 'broken' as never),
      () => states.labels({ a: 1 }).set('broken' as never),
      () => info.set({ a: null as never }),
      () => info.set([] as never),
    ];

    for (const call of calls) expect(call).not.toThrow();

    const counted = valuesOf(registry.gatherSync(), INVALID) as [unknown, number][];
    expect(counted.reduce((sum, [, count]) => sum + count, 0)).toBe(calls.length);
    // The function to time or watch runs all the same.
    expect(run).toHaveBeenCalledTimes(4);
  });

  test.each([[new Number(5)], [[]], [new Date()], [new Map()], [/x/]])(
    'a metric without labels does not take %o for labels',
    (argument) => {
      const registry = new Registry({ onInvalid: () => undefined });
      const counter = new Counter({ name: 'c_total', help: 'C.', registry });
      const labelled = new Counter({ name: 'l_total', help: 'L.', registry, labelNames: ['a'] }).withLabels({ a: 1 });

      counter.inc(argument as never);
      counter.inc(1, argument as never);
      labelled.inc(argument as never);

      // The second call has a wrong exemplar, and counts.
      expect(valuesOf(registry.gatherSync(), 'c_total')).toEqual([[{}, 1]]);
      expect(valuesOf(registry.gatherSync(), INVALID)).toEqual([
        [{ metric: 'c_total' }, 2],
        [{ metric: 'l_total' }, 1],
      ]);
    },
  );

  test('a handle of wrong labels writes nowhere', () => {
    const registry = new Registry();
    const counter = new Counter({ name: 'c_total', help: 'C.', registry, labelNames: ['a'] });

    const handle = counter.labels({ a: null as never });
    handle.inc(5);

    expect(handle.removed).toBe(true);
    expect(handle.value()).toBe(0);
    expect(valuesOf(registry.gatherSync(), 'c_total')).toEqual([]);
  });

  test('a wrong exemplar is dropped alone, and the observation counts', () => {
    const registry = new Registry({ onInvalid: () => undefined });
    const counter = new Counter({ name: 'c_total', help: 'C.', registry });
    const histogram = new Histogram({ name: 'h', help: 'H.', registry });
    const tooLong = { trace_id: 'x'.repeat(200) };

    counter.inc(1, tooLong);
    counter.labels({}).inc(1, tooLong);
    histogram.observe(1, tooLong);
    histogram.labels({}).observe(1, tooLong);
    histogram.startTimer()({}, tooLong);

    expect(counter.value()).toBe(2);
    expect(histogram.value().count).toBe(3);
    expect(valuesOf(registry.gatherSync(), INVALID)).toEqual([
      [{ metric: 'c_total' }, 2],
      [{ metric: 'h' }, 3],
    ]);
  });

  test('is not broken by an observation or an error that throws when it is read', () => {
    const registry = new Registry();
    const gauge = new Gauge({ name: 'g', help: 'G.', registry, labelNames: ['a'] });
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const error = Object.defineProperty(new Error(), 'message', {
      get() {
        throw new Error('no');
      },
    });

    gauge.labels({ a: 1 }).set(proxy as never);
    gauge.set(
      {
        get a(): string {
          throw error;
        },
      },
      1,
    );

    expect(valuesOf(registry.gatherSync(), INVALID)).toEqual([[{ metric: 'g' }, 2]]);
  });

  test.each<[string, (counter: Counter<'a'>, histogram: Histogram<'a'>) => void]>([
    ['withLabels(undefined)', (counter) => counter.withLabels(undefined as never)],
    ['withLabels(null)', (counter) => counter.withLabels(null as never)],
    ['withLabels() with a map', (counter) => counter.withLabels(new Map([['a', 'x']]) as never)],
    ['withLabels() with a getter that throws', (counter) => counter.withLabels(broken)],
    ['reset() with wrong bound labels', (counter) => counter.withLabels({ a: null as never }).reset()],
    ['startTimer() with a getter that throws', (_, histogram) => histogram.startTimer(broken)()],
  ])('receives the error of %s', (_title, observe) => {
    const onInvalid = vi.fn();
    const options = { help: 'H.', registry: new Registry({ onInvalid }), labelNames: ['a'] } as const;

    observe(new Counter({ ...options, name: 'c_total' }), new Histogram({ ...options, name: 'h' }));

    expect(onInvalid).toHaveBeenCalled();
  });

  test.each([undefined, null, 5, [[]], new Map([['a', 'x']]), new Date(0)])(
    'receives the error of removeWhere(%s), which removes nothing',
    (labels) => {
      const onInvalid = vi.fn();
      const registry = new Registry({ onInvalid });
      const counter = new Counter({ name: 'c_total', help: 'C.', registry, labelNames: ['a'] });
      counter.inc({ a: 'x' });

      expect(counter.removeWhere(labels as never)).toBe(0);

      expect(onInvalid.mock.calls).toEqual([[expect.objectContaining({ code: 'INVALID_LABELS' })]]);
      expect(counter.value({ a: 'x' })).toBe(1);
    },
  );

  test.each([null, 'Error', () => undefined])('receives the error of countExceptions() with the class %s', (wrong) => {
    const onInvalid = vi.fn();
    const counter = new Counter({ name: 'c_total', help: 'C.', registry: new Registry({ onInvalid }) });
    const fail = () => {
      throw new Error('of the program');
    };

    expect(() => counter.countExceptions(fail, wrong as never)).toThrow('of the program');
    expect(onInvalid.mock.calls).toEqual([[expect.objectContaining({ code: 'INVALID_VALUE' })]]);
    expect(counter.value()).toBe(0);
  });

  test('may be a function, which receives the error and cannot break the caller', () => {
    const onInvalid = vi.fn(() => {
      throw new Error('broken');
    });
    const registry = new Registry({ onInvalid });
    const counter = new Counter({ name: 'c_total', help: 'C.', registry });

    counter.inc(-1);

    expect(onInvalid.mock.calls).toEqual([[expect.objectContaining({ code: 'INVALID_VALUE' })]]);
    expect(valuesOf(registry.gatherSync(), INVALID)).toEqual([[{ metric: 'c_total' }, 1]]);
    expect(emitWarning).not.toHaveBeenCalled();
  });

  test('applies to metrics without a registry and to metrics of several registries', () => {
    const strict = new Registry({ onInvalid: 'throw' });
    const counter = new Counter({ name: 'c_total', help: 'C.', registry: null });
    const shared = new Counter({ name: 's_total', help: 'S.', registry: [strict, new Registry()] });

    expect(() => counter.inc(-1)).not.toThrow();
    expect(() => shared.inc(-1)).toThrow(RangeError);
    expect(counter.value()).toBe(0);
  });
});

describe('labelValueLengthLimit', () => {
  test('cuts longer values, which then count in one series', () => {
    const registry = new Registry({ labelValueLengthLimit: 5 });
    const counter = new Counter({ name: 'c_total', help: 'C.', registry, labelNames: ['a'] });

    for (const a of ['12345', '123456', '1234567', '123\u{1f600}5']) counter.inc({ a });

    expect(valuesOf(registry.gatherSync(), 'c_total')).toEqual([
      [{ a: '12345' }, 1],
      [{ a: '1234…' }, 2],
      [{ a: '123…' }, 1],
    ]);
    expect(counter.value({ a: '1234xyz' })).toBe(2);
    expect(counter.removeWhere({ a: '1234xyz' })).toBe(1);
  });

  test('is 4096 by default, also for constant labels and facts', () => {
    const registry = new Registry();
    const long = 'x'.repeat(100_000);
    new Counter({ name: 'c_total', help: 'C.', registry, labelNames: ['a'], constLabels: { b: long } }).inc({
      a: long,
    });
    new Info({ name: 'i_info', help: 'I.', registry }).set({ a: long });

    const cut = `${'x'.repeat(4095)}…`;
    expect(valuesOf(registry.gatherSync(), 'c_total')).toEqual([[{ a: cut, b: cut }, 1]]);
    expect(valuesOf(registry.gatherSync(), 'i_info')).toEqual([[{ a: cut }, 1]]);
  });
});

describe('nameValidationScheme', () => {
  test('utf8 allows any characters in names of metrics, labels and the prefix', () => {
    const registry = new Registry({ nameValidationScheme: 'utf8', prefix: 'my.', labels: { 'service.name': 's' } });
    new Counter({
      name: 'http.server.requests',
      help: 'R.',
      registry,
      labelNames: ['http.route'],
      constLabels: { größe: 1 },
    }).inc({ 'http.route': '/' });

    expect(valuesOf(registry.gatherSync(), 'my.http.server.requests')).toEqual([
      [{ 'service.name': 's', größe: '1', 'http.route': '/' }, 1],
    ]);
  });

  test.each([
    [{ name: '' }, 'INVALID_NAME'],
    [{ name: '\ud800' }, 'INVALID_NAME'],
    [{ labelNames: [''] }, 'INVALID_LABEL_NAME'],
    [{ labelNames: ['__x'] }, 'INVALID_LABEL_NAME'],
    [{ labelNames: ['le'] }, 'INVALID_LABEL_NAME'],
    [{ labelNames: ['a.b', 'a_b'] }, 'INVALID_LABEL_NAME'],
    [{ labelNames: ['a.b'], constLabels: { a_b: 1 } }, 'INVALID_LABEL_NAME'],
  ])('utf8 refuses %o', (change, code) => {
    const registry = new Registry({ nameValidationScheme: 'utf8' });
    const options = { name: 'm', help: 'M.', registry, ...change } as never;

    expect(() => new Counter(options)).toThrow(expect.objectContaining({ code }));
  });

  test('legacy, the default, refuses names outside of the classic character set', () => {
    const registry = new Registry();

    expect(() => new Counter({ name: 'a.b', help: 'H.', registry })).toThrow(RangeError);
    expect(() => new Registry({ prefix: 'a.' })).toThrow(RangeError);
  });
});

describe('wrong options of a registry', () => {
  test.each([
    [{ onInvalid: 'warn' }],
    [{ nameValidationScheme: 'utf-8' }],
    [{ labelValueLengthLimit: 0 }],
    [{ labelValueLengthLimit: 1.5 }],
    [{ label: {} }],
  ])('are refused: %o', (options) => {
    expect(() => new Registry(options as never)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });
});

describe('configureDefaultRegistry()', () => {
  afterEach(() => {
    resetDefaultRegistry();
    defaultRegistry.clear();
  });

  test('applies to metrics that exist already', () => {
    const counter = new Counter({ name: 'c_total', help: 'C.' });

    configureDefaultRegistry({ labels: { service: 'shop' }, onInvalid: 'throw' });
    counter.inc();

    expect(() => counter.inc(-1)).toThrow(RangeError);
    expect(valuesOf(defaultRegistry.gatherSync(), 'c_total')).toEqual([[{ service: 'shop' }, 1]]);
  });

  test('may be called once, or again with equal options, until it is reset', () => {
    const labels = { a: 1 };
    configureDefaultRegistry({ labels });
    labels.a = 2;
    configureDefaultRegistry({ labels: { a: 1 } });

    expect(() => configureDefaultRegistry({ labels: { a: 2 } })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
    resetDefaultRegistry();
    expect(() => configureDefaultRegistry({ labels: { a: 2 } })).not.toThrow();
  });

  test('with a wrong option changes nothing', () => {
    const counter = new Counter({ name: 'c_total', help: 'C.' });

    expect(() => configureDefaultRegistry({ onInvalid: 'throw', labels: { '': 1 } })).toThrow(RangeError);
    expect(() => counter.inc(-1)).not.toThrow();
    expect(() => configureDefaultRegistry({ onInvalid: 'throw' })).not.toThrow();
  });
});
