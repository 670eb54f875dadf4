import { type Collector, createFamily, familyFromRows, type MetricFamily } from '@promwright/model';
import { describe, expect, test, vi } from 'vitest';
import { Counter } from '../counter.ts';
import { Gauge } from '../gauge.ts';
import { Histogram } from '../histogram.ts';
import { StateSet } from '../state-set.ts';
import { Summary } from '../summary.ts';
import { defaultRegistry } from './default-registry.ts';
import { Registry } from './registry.ts';

function gaugeFamily(name: string, value: number): MetricFamily {
  return familyFromRows({ name, type: 'gauge', help: 'H.', rows: [{ value }] });
}

/** Families as `name{labels} values`, one per series, for short assertions. */
function shown(families: readonly MetricFamily[]): string[] {
  return families.flatMap((family) =>
    [...family.rows()].map((row) => {
      const labels = Object.entries(row.labels).map(([name, value]) => `${name}="${value}"`);
      return `${family.name}${labels.length ? `{${labels}}` : ''} ${'value' in row ? row.value : ''}`.trim();
    }),
  );
}

describe('registering in a registry', () => {
  test('a metric registers in the default registry if the option registry is omitted', async () => {
    const other = new Registry();
    new Counter({ name: 'registry_test_default_total', help: 'H.' });
    new Counter({ name: 'registry_test_other_total', help: 'H.', registry: other });
    new Counter({ name: 'registry_test_none_total', help: 'H.', registry: null });

    expect(defaultRegistry.get('registry_test_default_total')).toBeInstanceOf(Counter);
    expect(defaultRegistry.get('registry_test_other_total')).toBeUndefined();
    expect(shown(await other.gather())).toEqual(['registry_test_other_total 0']);
    defaultRegistry.clear();
  });

  test('a metric in several registries has the same numbers in all', async () => {
    const registries = [new Registry(), new Registry({ prefix: 'app_' })];
    const counter = new Counter({ name: 'c_total', help: 'H.', registry: registries });

    counter.inc(3);

    expect(shown(await registries[0]!.gather())).toEqual(['c_total 3']);
    expect(shown(await registries[1]!.gather())).toEqual(['app_c_total 3']);
  });

  test('a metric that one of several registries refuses is registered in none', async () => {
    const [first, second] = [new Registry(), new Registry()];
    new Gauge({ name: 'c_total', help: 'Another.', registry: second });

    expect(() => new Counter({ name: 'c_total', help: 'H.', registry: [first, second] })).toThrow(
      expect.objectContaining({ code: 'DUPLICATE_DEFINITION' }),
    );
    expect(await first.gather()).toEqual([]);
    new Counter({ name: 'c_total', help: 'H.', registry: first });
  });

  test('a metric registered twice is gathered once', async () => {
    const registry = new Registry();
    const counter = new Counter({ name: 'c_total', help: 'H.', registry });

    expect(registry.register(counter)).toBe(counter);
    expect(shown(await registry.gather())).toEqual(['c_total 0']);
  });

  test('a metric of a hot-reloaded module continues to count in the same series', async () => {
    const registry = new Registry();
    const define = () =>
      new Histogram({
        name: 'h',
        help: 'H.',
        registry,
        labelNames: ['a', 'b'],
        buckets: [1, 2],
        constLabels: { c: 1 },
      });
    const before = define();
    const handle = before.labels({ a: 1, b: 2 });
    handle.observe(1);

    const after = define();
    after.observe({ a: 1, b: 2 }, 5);
    handle.observe(1);

    expect(after.value({ a: 1, b: 2 })).toMatchObject({ count: 3, sum: 7 });
    expect(after.labels({ a: 1, b: 2 })).toBe(handle);
    expect(await registry.gather()).toHaveLength(1);
    expect(registry.unregister(after)).toBe(true);
    expect(await registry.gather()).toEqual([]);
  });

  test('of equal definitions the newest collect option is called', async () => {
    const registry = new Registry();
    const calls: string[] = [];
    const define = (module: string) =>
      new Gauge({
        name: 'g',
        help: 'G.',
        registry,
        collect() {
          calls.push(module);
          this.set(calls.length);
        },
      });
    define('old');
    define('new');

    expect(shown(await registry.gather())).toEqual(['g 1']);
    expect(calls).toEqual(['new']);
  });

  test('a different definition of a name is refused with the differences', async () => {
    const registry = new Registry();
    const options = { name: 'h_seconds', help: 'H.', registry, labelNames: ['a'] as const, buckets: [1, 2] };
    const histogram = new Histogram(options);
    histogram.observe({ a: 'x' }, 1);
    const messageOf = (run: () => unknown) => {
      try {
        run();
        return 'no error';
      } catch (error) {
        return `${(error as { code: string }).code}: ${(error as Error).message}`;
      }
    };
    const already = 'DUPLICATE_DEFINITION: Metric "h_seconds" is defined already with another definition: ';

    expect(messageOf(() => new Histogram({ ...options, help: 'Other.' }))).toBe(
      `${already}help "H." there, "Other." here`,
    );
    expect(messageOf(() => new Histogram({ ...options, buckets: [1, 3] }))).toBe(
      `${already}buckets "1 2" there, "1 3" here`,
    );
    expect(messageOf(() => new Histogram({ ...options, labelNames: ['a', 'b'] }))).toBe(
      `${already}labels "a" there, "a, b" here`,
    );
    expect(messageOf(() => new Histogram({ ...options, constLabels: { z: 1 } }))).toBe(
      `${already}constant labels "" there, "z=\\"1\\"" here`,
    );
    expect(messageOf(() => new Histogram({ ...options, unit: 'seconds' }))).toBe(
      `${already}unit undefined there, "seconds" here`,
    );
    const { buckets: _, ...common } = options;
    expect(messageOf(() => new Summary(common))).toBe(
      `${already}type "histogram" there, "summary" here; buckets "1 2" there, undefined here`,
    );
    expect(histogram.value({ a: 'x' }).count).toBe(1);
    expect(await registry.gather()).toHaveLength(1);
  });

  test.each<[string, (registry: Registry) => unknown, (registry: Registry) => unknown]>([
    [
      'histogram x and counter x_count',
      (registry) => new Histogram({ name: 'x', help: 'H.', registry }),
      (registry) => new Counter({ name: 'x_count', help: 'H.', registry }),
    ],
    [
      'gauge x_bucket and histogram x',
      (registry) => new Gauge({ name: 'x_bucket', help: 'H.', registry }),
      (registry) => new Histogram({ name: 'x', help: 'H.', registry }),
    ],
    [
      'summary x and gauge x_sum',
      (registry) => new Summary({ name: 'x', help: 'H.', registry }),
      (registry) => new Gauge({ name: 'x_sum', help: 'H.', registry }),
    ],
    [
      'counter foo_total and gauge foo',
      (registry) => new Counter({ name: 'foo_total', help: 'H.', registry }),
      (registry) => new Gauge({ name: 'foo', help: 'H.', registry }),
    ],
    [
      'counter foo and counter foo_total',
      (registry) => new Counter({ name: 'foo', help: 'H.', registry }),
      (registry) => new Counter({ name: 'foo_total', help: 'H.', registry }),
    ],
    [
      'gauge a_created and counter a_total',
      (registry) => new Gauge({ name: 'a_created', help: 'H.', registry }),
      (registry) => new Counter({ name: 'a_total', help: 'H.', registry }),
    ],
  ])('%s clash, whichever comes first', (_, one, other) => {
    for (const [first, second] of [
      [one, other],
      [other, one],
    ] as const) {
      const registry = new Registry();
      first(registry);

      expect(() => second(registry)).toThrow(expect.objectContaining({ code: 'CLASHING_NAME' }));
    }
  });

  test('a name is free again once its metric was unregistered', () => {
    const registry = new Registry();
    const histogram = new Histogram({ name: 'x', help: 'H.', registry });

    expect(registry.unregister(histogram)).toBe(true);
    expect(registry.unregister(histogram)).toBe(false);
    new Counter({ name: 'x_count', help: 'H.', registry });
    registry.clear();
    new Histogram({ name: 'x', help: 'H.', registry });
  });

  test('metrics may be named like properties of every object', async () => {
    const registry = new Registry();
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty'])
      new Gauge({ name, help: 'H.', registry });

    expect((await registry.gather()).map(({ name }) => name)).toEqual([
      'constructor',
      '__proto__',
      'toString',
      'hasOwnProperty',
    ]);
  });

  test('an object without a method collect is refused', () => {
    expect(() => new Registry().register({} as Collector)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });
});

describe('two copies of the package in one program', () => {
  test('share the default registry and the series of equal definitions', async () => {
    vi.resetModules();
    const copy = await import('../index.ts');
    expect(copy.Counter).not.toBe(Counter);
    const mine = new Counter({ name: 'copies_total', help: 'H.', labelNames: ['a'] });
    const theirs = new copy.Counter({ name: 'copies_total', help: 'H.', labelNames: ['a'] });

    mine.inc({ a: 'x' });
    theirs.inc({ a: 'x' }, 2);
    theirs.labels({ a: 'y' }).inc(4);
    mine.remove({ a: 'y' });

    expect(copy.defaultRegistry).toBe(defaultRegistry);
    expect(shown(await copy.defaultRegistry.gather())).toEqual(['copies_total{a="x"} 3']);
    defaultRegistry.clear();
  });
});

describe('gather()', () => {
  test('adds the prefix of the registry, and its labels unless the metric has a label of that name', async () => {
    const registry = new Registry({ prefix: 'shop_', labels: { app: 'web', zone: 'a' } });
    new Gauge({ name: 'g', help: 'G.', registry }).set(1);
    new Gauge({ name: 'own', help: 'G.', registry, labelNames: ['zone'] }).set({ zone: 'b' }, 2);
    new Gauge({ name: 'const', help: 'G.', registry, constLabels: { app: 'api' } }).set(3);

    expect(shown(await registry.gather())).toEqual([
      'shop_g{app="web",zone="a"} 1',
      'shop_own{app="web",zone="b"} 2',
      'shop_const{zone="a",app="api"} 3',
    ]);
  });

  test.each<[object, string]>([
    [{ prefix: '9' }, 'INVALID_NAME'],
    [{ prefix: 'a-' }, 'INVALID_NAME'],
    [{ labels: { 'a-b': 1 } }, 'INVALID_LABEL_NAME'],
    [{ labels: { le: 1 } }, 'INVALID_LABEL_NAME'],
    [{ labels: { a: null } }, 'INVALID_LABEL_VALUE'],
  ])('refuses registry options %o', (options, code) => {
    expect(() => new Registry(options)).toThrow(expect.objectContaining({ code }));
  });

  test('filters by name, and calls no collect option of other metrics', async () => {
    const registry = new Registry({ prefix: 'p_' });
    const collect = vi.fn();
    new Gauge({ name: 'a', help: 'H.', registry });
    new Gauge({ name: 'b', help: 'H.', registry, collect });

    expect(shown(await registry.gather({ names: ['p_a', 'nothing'] }))).toEqual(['p_a 0']);
    expect(shown(registry.gatherSync({ names: ['p_a'] }))).toEqual(['p_a 0']);
    expect(collect).not.toHaveBeenCalled();
  });

  test('accepts custom collectors, synchronous or not', async () => {
    const registry = new Registry();
    registry.register({ collect: () => [gaugeFamily('sync', 1)] });
    registry.register({ collect: async () => [gaugeFamily('a', 2), gaugeFamily('b', 3)] });

    expect(shown(await registry.gather())).toEqual(['sync 1', 'a 2', 'b 3']);
  });

  test('returns all families as of one instant, after all collect options ran', async () => {
    const registry = new Registry();
    const counter = new Counter({ name: 'c_total', help: 'H.', registry });
    new Gauge({
      name: 'slow',
      help: 'H.',
      registry,
      async collect() {
        await new Promise((r) => setTimeout(r, 5));
        counter.inc();
        this.set(1);
      },
    });
    registry.register({ collect: () => [gaugeFamily('seen', counter.value())] });

    expect(shown(await registry.gather())).toEqual(['c_total 1', 'slow 1', 'seen 1']);
  });

  test('loses only the families of a collector that fails, and counts the failure', async () => {
    const registry = new Registry();
    new Gauge({
      name: 'throws',
      help: 'H.',
      registry,
      collect() {
        throw new Error('boom');
      },
    });
    new Gauge({
      name: 'rejects',
      help: 'H.',
      registry,
      async collect() {
        throw new Error('boom');
      },
    });
    registry.register({
      collect: () => {
        throw new Error('boom');
      },
    });
    registry.register({ collect: () => Promise.reject(new Error('boom')) });
    new Gauge({ name: 'fine', help: 'H.', registry }).set(1);

    await registry.gather();

    expect(shown(await registry.gather())).toEqual([
      'fine 1',
      'promwright_collector_errors_total{collector="throws"} 2',
      'promwright_collector_errors_total{collector="rejects"} 2',
      'promwright_collector_errors_total{collector="Object"} 4',
    ]);
  });

  test('rejects in strict mode when a collector fails', async () => {
    const registry = new Registry();
    const cause = new Error('boom');
    new Gauge({
      name: 'bad',
      help: 'H.',
      registry,
      collect() {
        throw cause;
      },
    });

    await expect(registry.gather({ strict: true })).rejects.toMatchObject({
      code: 'COLLECTOR_FAILED',
      message: 'Collector "bad" failed: boom',
      cause,
    });
  });

  test('does not wait longer than timeoutMs for a collector, and aborts its signal', async () => {
    const registry = new Registry();
    let aborted = false;
    new Gauge({
      name: 'hangs',
      help: 'H.',
      registry,
      collect(signal) {
        signal.addEventListener('abort', () => (aborted = true));
        return new Promise(() => undefined);
      },
    });
    registry.register({
      families: [{ name: 'hangs_too', type: 'gauge' }],
      collect: () => new Promise<never>(() => undefined),
    });
    new Gauge({ name: 'fine', help: 'H.', registry }).set(1);

    const families = await registry.gather({ timeoutMs: 20 });

    expect(shown(families)).toEqual([
      'fine 1',
      'promwright_collector_errors_total{collector="hangs"} 1',
      'promwright_collector_errors_total{collector="hangs_too"} 1',
    ]);
    expect(aborted).toBe(true);
  });

  test('rejects when its signal is aborted', async () => {
    const registry = new Registry();
    new Gauge({ name: 'hangs', help: 'H.', registry, collect: () => new Promise(() => undefined) });
    const abort = new AbortController();

    const gathering = registry.gather({ signal: abort.signal });
    abort.abort(new Error('enough'));

    await expect(gathering).rejects.toThrow('enough');
    await expect(registry.gather({ signal: abort.signal })).rejects.toThrow('enough');
  });

  test('shares one run of a collect option between overlapping gathers, and misses no write between them', async () => {
    const registry = new Registry();
    let release = () => undefined as unknown;
    let runs = 0;
    const counter = new Counter({ name: 'c_total', help: 'H.', registry });
    new Gauge({
      name: 'g',
      help: 'H.',
      registry,
      collect() {
        runs++;
        this.set(runs);
        return new Promise<void>((resolve) => {
          release = resolve;
        });
      },
    });

    const first = registry.gather();
    counter.inc();
    const second = registry.gather();
    counter.inc();
    release();

    expect(shown(await first)).toEqual(['c_total 2', 'g 1']);
    expect(shown(await second)).toEqual(['c_total 2', 'g 1']);
    const third = registry.gather();
    release();
    expect(shown(await third)).toEqual(['c_total 2', 'g 2']);
  });

  test('does not abort a run that another gather waits for', async () => {
    const registry = new Registry();
    let release = () => undefined as unknown;
    new Gauge({
      name: 'g',
      help: 'H.',
      registry,
      collect() {
        return new Promise<void>((resolve) => {
          release = () => {
            this.set(1);
            resolve();
          };
        });
      },
    });

    const patient = registry.gather();
    const impatient = registry.gather({ timeoutMs: 10 });
    expect(shown(await impatient)).toEqual(['promwright_collector_errors_total{collector="g"} 1']);
    release();

    expect(shown(await patient)).toContain('g 1');
  });

  test.each(['fine', 5, null])('refuses names: %s', async (names) => {
    const refused = { code: 'INVALID_OPTION', message: expect.stringContaining('Option "names" must be an array') };

    await expect(new Registry().gather({ names: names as never })).rejects.toMatchObject(refused);
  });

  test.each([0, -1, Number.NaN, '5'])('refuses timeoutMs: %s', async (timeoutMs) => {
    await expect(new Registry().gather({ timeoutMs: timeoutMs as number })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
  });

  test('omits a family that clashes with another, and keeps the rest', async () => {
    const registry = new Registry();
    new Counter({ name: 'x_count', help: 'H.', registry });
    registry.register({
      collect: () => [
        familyFromRows({ name: 'x', type: 'histogram', rows: [{ count: 1 }] }),
        gaugeFamily('y', 1),
        gaugeFamily('y', 2),
      ],
    });

    expect(shown(await registry.gather())).toEqual([
      'x_count 0',
      'y 1',
      'promwright_collector_errors_total{collector="Object"} 2',
    ]);
  });

  test('omits objects that are no families, and keeps the rest', async () => {
    const registry = new Registry();
    const broken = createFamily({ ...gaugeFamily('broken', 1), size: 5 });
    registry.register({ collect: () => [gaugeFamily('a', 1), broken, undefined as never, gaugeFamily('b', 2)] });
    registry.register({ collect: () => 'nothing' as never });
    registry.register({ collect: async () => undefined as never });

    expect(shown(await registry.gather())).toEqual([
      'a 1',
      'b 2',
      'promwright_collector_errors_total{collector="Object"} 4',
    ]);
    await expect(registry.gather({ strict: true })).rejects.toMatchObject({ cause: { code: 'INVALID_FAMILY' } });
  });

  test('fails a collector that gathers from the same registry', async () => {
    const registry = new Registry();
    registry.register({ families: [{ name: 'loop', type: 'gauge' }], collect: () => registry.gatherSync() });
    registry.register({
      families: [{ name: 'slow', type: 'gauge' }],
      collect: () => registry.gather({ timeoutMs: 20 }),
    });
    new Gauge({ name: 'fine', help: 'H.', registry }).set(1);

    const families = await registry.gather({ timeoutMs: 50 });

    expect(shown(families)).toContain('fine 1');
    expect(shown(await registry.gather({ timeoutMs: 50, names: ['fine'] }))).toEqual(['fine 1']);
  });

  test.each([
    [undefined, 1],
    [false, 0],
  ])(
    'keeps the process alive for a collector that hangs, with keepAlive %s by %i timers',
    async (keepAlive, timers) => {
      const active = () => process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length;
      const registry = new Registry();
      registry.register({ families: [{ name: 'hung', type: 'gauge' }], collect: () => new Promise(() => undefined) });
      const before = active();

      const gathering = registry.gather({ timeoutMs: 50, ...(keepAlive !== undefined && { keepAlive }) });

      expect(active() - before).toBe(timers);
      expect(shown(await gathering)).toEqual(['promwright_collector_errors_total{collector="hung"} 1']);
    },
  );

  test('gatherSync() works while no collector is asynchronous', () => {
    const registry = new Registry();
    new Gauge({
      name: 'g',
      help: 'H.',
      registry,
      collect() {
        this.set(4);
      },
    });

    expect(shown(registry.gatherSync())).toEqual(['g 4']);

    new Gauge({
      name: 'later',
      help: 'H.',
      registry,
      async collect() {
        throw new Error('boom');
      },
    });
    expect(() => registry.gatherSync()).toThrow(
      expect.objectContaining({
        code: 'ASYNC_COLLECTOR',
        message: 'Collector "later" is asynchronous; use gather() instead',
      }),
    );
  });

  test('does not change families that it returned before', async () => {
    const registry = new Registry();
    const counter = new Counter({ name: 'c_total', help: 'H.', registry, labelNames: ['a'] });
    counter.inc({ a: 1 });
    const before = await registry.gather();
    const text = shown(before);

    counter.inc({ a: 1 });
    counter.inc({ a: 2 });
    counter.remove({ a: 1 });

    expect(shown(before)).toEqual(text);
    expect(createFamily(before[0]!)).toEqual(before[0]);
  });
});

describe('known faults of other clients', () => {
  test('an overlapping gather never sees a half-done collect option that clears its metric', async () => {
    const registry = new Registry();
    new Gauge({
      name: 'q',
      help: 'Q.',
      registry,
      labelNames: ['i'],
      async collect() {
        this.clear();
        for (let i = 1; i <= 3; i++) {
          await Promise.resolve();
          this.set({ i }, i);
        }
      },
    });

    const [first, second] = await Promise.all([registry.gather(), registry.gather()]);

    expect(shown(first!)).toEqual(['q{i="1"} 1', 'q{i="2"} 2', 'q{i="3"} 3']);
    expect(shown(second!)).toEqual(shown(first!));
  });

  test('changing a gathered family changes no metric', async () => {
    const registry = new Registry();
    const counter = new Counter({ name: 'c_total', help: 'H.', registry });
    counter.inc();

    (await registry.gather())[0]!.values[0] = 999;

    expect(counter.value()).toBe(1);
  });

  test('asking for a handle again does not change its series', () => {
    const histogram = new Histogram({
      name: 'h',
      help: 'H.',
      registry: null,
      labelNames: ['a'],
      initialLabels: [{ a: 1 }],
    });
    histogram.observe({ a: 1 }, 2);

    histogram.labels({ a: 1 });

    expect(histogram.value({ a: 1 })).toMatchObject({ count: 1, sum: 2 });
  });

  test.each([1, 2, 5, 7, 8, 9, 16])('%i labels tell series apart as well as three', (count) => {
    const labelNames = Array.from({ length: count }, (_, i) => `l${i}`);
    const counter = new Counter({ name: 'c_total', help: 'H.', registry: null, labelNames });
    const labels = (differing: number) =>
      Object.fromEntries(labelNames.map((name, i) => [name, i === differing ? 'x' : 'y']));

    for (let round = 0; round < 3; round++) for (let i = -1; i < count; i++) counter.inc(labels(i));

    expect([...counter.collect()[0]!.values]).toEqual(Array.from({ length: count + 1 }, () => 3));
  });
});

describe('a declared family', () => {
  test.each<[unknown, string]>([
    [{}, 'INVALID_FAMILY'],
    ['abc', 'INVALID_FAMILY'],
    [[null], 'INVALID_FAMILY'],
    [['jobs_total'], 'INVALID_FAMILY'],
    [[{ type: 'gauge' }], 'INVALID_FAMILY'],
    [[{ name: 'jobs', type: 'guage' }], 'INVALID_FAMILY'],
    [[{ name: 'promwright_collector_errors_total', type: 'counter' }], 'CLASHING_NAME'],
    [[{ name: 'promwright_label_overflow', type: 'gauge' }], 'CLASHING_NAME'],
  ])('is refused if it is no description, or has a name of the registry: %j', (families, code) => {
    const registry = new Registry();

    const register = () => registry.register({ families, collect: () => [] } as unknown as Collector);

    expect(register).toThrow(expect.objectContaining({ code }));
    expect(registry.gatherSync()).toEqual([]);
  });

  test('of the registry is named as such', () => {
    const name = 'promwright_collector_errors_total';

    expect(() => new Counter({ name, help: 'C.', registry: new Registry() })).toThrow(
      `both counter "${name}" and the registry's counter "${name}" in a scrape`,
    );
  });
});

describe('a label of the registry', () => {
  test('gives way to the label of a metric that is equal after escaping, and to the label of a state', () => {
    const registry = new Registry({ nameValidationScheme: 'utf8', labels: { 'a.b': 'registry', mode: 'registry' } });
    new Gauge({ name: 'g', help: 'G.', registry, labelNames: ['a_b'] }).set({ a_b: 'own' }, 1);
    new StateSet({ name: 'mode', help: 'M.', registry, states: ['up'] });

    const labels = registry.gatherSync().flatMap((family) => family.constLabels.map(({ name }) => [family.name, name]));

    expect(labels).toEqual([
      ['g', 'mode'],
      ['mode', 'a.b'],
    ]);
  });
});

describe('limits of a metric', () => {
  test('replace new values of a label at its limit by __other__, and keep the other labels exact', async () => {
    const registry = new Registry();
    const counter = new Counter({
      name: 'c_total',
      help: 'H.',
      registry,
      labelNames: ['route', 'status'],
      labelLimit: { route: 2 },
    });

    for (let i = 0; i < 10; i++) counter.inc({ route: `/${i}`, status: i % 2 ? 200 : 500 });
    counter.inc({ route: '/0', status: 200 });

    expect(shown(await registry.gather())).toEqual([
      'c_total{route="/0",status="500"} 1',
      'c_total{route="/1",status="200"} 1',
      'c_total{route="__other__",status="500"} 4',
      'c_total{route="__other__",status="200"} 4',
      'c_total{route="/0",status="200"} 1',
      'promwright_label_overflow_total{metric="c_total",label="route"} 8',
    ]);
  });

  test('replace all labels of a new series by __other__ when the metric is at its limit', async () => {
    const registry = new Registry();
    const counter = new Counter({ name: 'c_total', help: 'H.', registry, labelNames: ['a', 'b'], seriesLimit: 2 });

    for (let i = 0; i < 5; i++) counter.inc({ a: i, b: i });

    expect(shown(await registry.gather())).toEqual([
      'c_total{a="0",b="0"} 1',
      'c_total{a="1",b="1"} 1',
      'c_total{a="__other__",b="__other__"} 3',
      'promwright_label_overflow_total{metric="c_total",label=""} 3',
    ]);
  });

  test('apply to live series and values, so that removing makes room', async () => {
    const counter = new Counter({ name: 'c_total', help: 'H.', registry: null, labelNames: ['a'], labelLimit: 3 });

    for (let i = 0; i < 100; i++) {
      counter.inc({ a: i });
      if (i >= 2) counter.remove({ a: i - 2 });
    }

    expect(shown(counter.collect()).sort()).toEqual(['c_total{a="98"} 1', 'c_total{a="99"} 1']);
  });

  test.each([{ labelLimit: 2 }, { seriesLimit: 2 }])('make room again after an overflow: %o', (limit) => {
    const counter = new Counter({ name: 'c_total', help: 'H.', registry: null, labelNames: ['a'], ...limit });
    for (const a of [1, 2, 3]) counter.inc({ a });

    counter.remove({ a: 1 });
    for (const a of [4, 5]) counter.inc({ a });

    expect(shown(counter.collect()).sort()).toEqual([
      'c_total{a="2"} 1',
      'c_total{a="4"} 1',
      'c_total{a="__other__"} 2',
    ]);
  });

  test('can be turned off', () => {
    const counter = new Counter({
      name: 'c_total',
      help: 'H.',
      registry: null,
      labelNames: ['a'],
      labelLimit: Infinity,
      seriesLimit: Infinity,
    });

    for (let i = 0; i < 100_050; i++) counter.inc({ a: i });

    expect(counter.collect()[0]!.size).toBe(100_050);
  });
});
