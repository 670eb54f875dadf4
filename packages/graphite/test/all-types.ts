import { Counter, Gauge, Histogram, Info, Registry, StateSet, Summary } from '@promwright/metrics';
import { type Collector, createFamily, familyFromRows, type Gatherer, NO_NATIVE, samples } from '@promwright/model';

/** Returns a registry with a metric of every type, and with families that only collectors and parsers create. */
export function allTypes(): Registry {
  const registry = new Registry();
  const jobs = new Counter({ name: 'jobs_total', help: 'Jobs.', labelNames: ['queue', 'kind'], registry });
  jobs.inc({ queue: 'mail', kind: 'a/b' }, 3);
  jobs.inc({ queue: '', kind: '~x y;z' }, 0.1);
  const temperature = new Gauge({ name: 'temperature_celsius', help: 'T.', constLabels: { place: 'roof' }, registry });
  temperature.set(-3.25);
  const latency = new Histogram({
    name: 'latency_seconds',
    help: 'L.',
    labelNames: ['route', 'a_first'],
    buckets: [0.01, 0.5, 1e6],
    registry,
  });
  for (const value of [0.005, 0.3, 7]) latency.observe({ route: '/users/:id', a_first: 'x' }, value);
  latency.observe({ route: 'größe', a_first: 'y' }, 0.3);
  const native = new Histogram({ name: 'native_seconds', help: 'N.', buckets: false, native: true, registry });
  for (const value of [0.1, 0.2]) native.observe(value);
  const size = new Summary({
    name: 'size_bytes',
    help: 'S.',
    labelNames: ['unit_of'],
    quantiles: [0.5, 0.99],
    registry,
  });
  for (const value of [10, 20, 30]) size.observe({ unit_of: 'disk' }, value);
  new Info({ name: 'app_info', help: 'A.', registry }).set({ version: '1.2.0', name: 'shop' });
  new StateSet({ name: 'phase', help: 'P.', states: ['starting', 'up'], registry }).set('up');
  registry.register(foreign());
  return registry;
}

/** Returns a collector of families that no metric class creates. */
function foreign(): Collector {
  return {
    collect: () => [
      familyFromRows({
        name: 'queue_age_seconds',
        type: 'gaugehistogram',
        rows: [{ labels: { queue: 'mail' }, buckets: [{ le: 1, count: 2 }], count: 5, sum: 12.5 }],
      }),
      familyFromRows({ name: 'legacy', type: 'unknown', rows: [{ value: 7 }, { labels: { quantum: 'q' }, value: 8 }] }),
      familyFromRows({
        name: 'uneven_seconds',
        type: 'histogram',
        rows: [
          { labels: { kind: 'a' }, buckets: [{ le: 1, count: 1 }], count: 2 },
          { labels: { kind: 'b' }, buckets: [{ le: 2, count: 3 }], count: 3, sum: 4 },
        ],
      }),
      familyFromRows({ name: 'bare_bytes', type: 'summary', rows: [{ labels: { kind: 'a' }, count: 4 }, { sum: 9 }] }),
      // Buckets are not cumulative, and the count is their total.
      createFamily({
        name: 'raw_seconds',
        type: 'histogram',
        constLabels: [{ name: 'zone', value: 'z' }],
        labelNames: [],
        dictionaries: [],
        size: 1,
        labelIds: new Int32Array(0),
        values: Float64Array.of(1, 2, 4),
        layout: { kind: 'classic', width: 3, bounds: Float64Array.of(1, 2), cumulative: false, sum: -1, count: -1 },
      }),
      createFamily({
        name: 'raw_native_seconds',
        type: 'histogram',
        constLabels: [],
        labelNames: [],
        dictionaries: [],
        size: 1,
        labelIds: new Int32Array(0),
        values: Float64Array.of(6),
        layout: { kind: 'classic', width: 1, bounds: new Float64Array(0), cumulative: false, sum: -1, count: -1 },
        native: {
          schemas: Int8Array.of(NO_NATIVE),
          zeroThresholds: Float64Array.of(0),
          zeroCounts: Float64Array.of(0),
          positive: NO_BUCKETS,
          negative: NO_BUCKETS,
        },
      }),
    ],
  };
}

const NO_BUCKETS = { offsets: Int32Array.of(0, 0), indexes: new Int32Array(0), counts: new Float64Array(0) };

/** Sample as in the text format: name, sorted labels without empty ones, and value. */
export interface ExpectedSample {
  readonly name: string;
  readonly labels: readonly (readonly [string, string])[];
  readonly value: number;
}

/** Returns the samples that should arrive, from the model's `samples`: without NaN, and without buckets of a histogram without bounds. */
export async function expectedSamples(registry: Gatherer): Promise<ExpectedSample[]> {
  const expected: ExpectedSample[] = [];
  for (const family of await registry.gather()) {
    const isNativeOnly = family.layout.kind === 'classic' && family.layout.bounds.length === 0;
    for (const { name, labels, value } of samples(family)) {
      if (Number.isNaN(value) || (isNativeOnly && name.endsWith('_bucket'))) continue;
      const present = labels.filter((label) => label.value !== '');
      const sorted = present.map((label) => [label.name, label.value] as const);
      sorted.sort(([a], [b]) => (a < b ? -1 : 1));
      expected.push({ name, labels: sorted, value });
    }
  }
  return expected;
}
