import { Counter, Gauge, Histogram, Info, Registry, StateSet, Summary } from '@promwright/metrics';
import type { MetricFamily } from '@promwright/model';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ExpositionWriter } from './exposition-writer.ts';
import { formatOpenMetrics, formatText } from './format-families.ts';
import { formatProtobuf } from './format-protobuf.ts';
import { negotiate } from './negotiate.ts';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 20_000);

const FORMATS = [
  { format: negotiate('text/plain'), whole: (families: readonly MetricFamily[]) => Buffer.from(formatText(families)) },
  {
    format: negotiate('application/openmetrics-text'),
    whole: (families: readonly MetricFamily[]) => Buffer.from(formatOpenMetrics(families)),
  },
  {
    format: negotiate('application/openmetrics-text;version=2.0.0'),
    whole: (families: readonly MetricFamily[]) =>
      Buffer.from(formatOpenMetrics(families, { version: '2.0.0', escaping: 'underscores' })),
  },
  {
    format: negotiate('application/vnd.google.protobuf'),
    whole: (families: readonly MetricFamily[]) => formatProtobuf(families),
  },
] as const;

/** Sizes with which a handful of series has several chunks, some chunks, and no chunks of its own. */
const SIZES = [
  { linesPerStep: 1, chunkBytes: 60 },
  { linesPerStep: 4, chunkBytes: 250 },
  { linesPerStep: 256, chunkBytes: 65536 },
] as const;

/** Families of a gathering, with a copy of their columns. */
class Snapshot {
  readonly families: readonly MetricFamily[];
  readonly #copies: readonly unknown[];

  constructor(families: readonly MetricFamily[]) {
    this.families = families;
    this.#copies = families.map((family) => copyOf(family));
  }

  isUnchanged(): boolean {
    return this.families.every((family, i) => isCopy(family, this.#copies[i]));
  }
}

/** Copies columns. The identity is the instrument, which may change. */
function copyOf(value: unknown, key?: string): unknown {
  if (typeof value !== 'object' || value === null || key === 'identity') return value;
  if (ArrayBuffer.isView(value)) return (value as Float64Array).slice();
  if (Array.isArray(value)) return value.map((element) => copyOf(element));
  return Object.entries(value).map(([name, property]) => [name, copyOf(property, name)]);
}

function isCopy(value: unknown, copy: unknown, key?: string): boolean {
  if (typeof value !== 'object' || value === null || key === 'identity') return Object.is(value, copy);
  const copied = copy as readonly unknown[];
  if (ArrayBuffer.isView(value)) {
    const column = value as Float64Array;
    return column.length === copied.length && column.every((number, i) => Object.is(number, copied[i]));
  }
  if (Array.isArray(value)) {
    // A dictionary may get further values, which no series of the snapshot has.
    const isLength = value.length === copied.length || (key === undefined && value.length > copied.length);
    return isLength && copied.every((element, i) => isCopy(value[i], element));
  }
  const properties = Object.entries(value);
  return (
    properties.length === copied.length &&
    properties.every(([name, property], i) => {
      const [copiedName, copiedProperty] = copied[i] as [string, unknown];
      return name === copiedName && isCopy(property, copiedProperty, name);
    })
  );
}

/** Page that is written step by step. */
class Page {
  readonly #families: readonly MetricFamily[];
  readonly #format: (typeof FORMATS)[number];
  readonly #chunks: AsyncGenerator<Uint8Array, void, undefined>;
  readonly #written: Uint8Array[] = [];
  isDone = false;
  isAbandoned = false;

  constructor(writer: ExpositionWriter, families: readonly MetricFamily[], format: (typeof FORMATS)[number]) {
    this.#families = families;
    this.#format = format;
    this.#chunks = writer.write(families, format.format);
  }

  async step(): Promise<void> {
    const { done, value } = await this.#chunks.next();
    if (done) this.isDone = true;
    else this.#written.push(value);
  }

  async finish(): Promise<void> {
    while (!this.isDone) await this.step();
  }

  async abandon(): Promise<void> {
    await this.#chunks.return();
    this.isDone = true;
    this.isAbandoned = true;
  }

  /** Called after all changes, so that a chunk that changed after it was yielded is found too. */
  isSnapshot(): boolean {
    const whole = this.#format.whole(this.#families);
    const written = Buffer.concat(this.#written);
    return written.equals(this.isAbandoned ? whole.subarray(0, written.length) : whole);
  }
}

class Program {
  readonly registries = [new Registry(), new Registry({ labels: { zone: 'ä' } })];
  readonly writer = new ExpositionWriter({ sliceMs: 1e9 });
  readonly snapshots: Snapshot[] = [];
  readonly pages: Page[] = [];
  counter = this.#counter();
  expiring = this.#expiring();
  gauge = this.#gauge();
  readonly total = new Counter({ name: 'u_total', help: 'U.', registry: this.registries });
  readonly both = new Histogram({
    name: 'h',
    help: 'H.',
    registry: this.registries,
    labelNames: ['a'],
    buckets: [1, 10],
    native: true,
  });
  readonly native = new Histogram({
    name: 'n',
    help: 'N.',
    registry: this.registries,
    labelNames: ['a'],
    buckets: false,
    native: { maxBuckets: 3, minResetMs: 1000 },
  });
  readonly summary = new Summary({
    name: 's',
    help: 'S.',
    registry: this.registries,
    labelNames: ['a'],
    quantiles: [0.5],
    maxAgeMs: 5000,
  });
  readonly states = new StateSet({
    name: 't',
    help: 'T.',
    registry: this.registries,
    labelNames: ['a'],
    states: ['on', 'öff'],
  });
  readonly info = new Info({ name: 'i_info', help: 'I.', registry: this.registries });
  handle = this.counter.labels({ a: 0, b: 0 });
  expiringHandle = this.expiring.labels({ a: 0 });

  constructor(sizes: (typeof SIZES)[number], series: number) {
    this.writer.sizes = sizes;
    for (let a = 0; a < series; a++) {
      this.counter.inc({ a, b: a % 2 });
      this.gauge.set({ a }, a);
      this.both.observe({ a }, a);
    }
  }

  #counter() {
    return new Counter({ name: 'c_total', help: 'C.', registry: this.registries, labelNames: ['a', 'b'] });
  }

  #expiring() {
    const options = { name: 'e_total', help: 'E.', registry: this.registries, expireAfterMs: 1000 };
    return new Counter({ ...options, labelNames: ['a'] });
  }

  #gauge() {
    return new Gauge({ name: 'g', help: 'G.', registry: this.registries[0]!, labelNames: ['a'] });
  }

  /** Defines metrics again, as a module does that is loaded again. */
  redefine(): void {
    this.counter = this.#counter();
    this.expiring = this.#expiring();
    this.gauge = this.#gauge();
  }

  get openPages(): readonly Page[] {
    return this.pages.filter(({ isDone }) => !isDone);
  }
}

type Operation = (program: Program, n: number) => void | Promise<void>;

/** Operations by name; a number varies each. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  inc: ({ counter }, n) => counter.inc({ a: n % 9, b: n % 2 }, n),
  incUnlabelled: ({ total }, n) => total.inc(n % 3),
  incHandle: ({ handle }, n) => handle.inc(n % 4),
  incWithExemplar: ({ counter }, n) => counter.inc({ a: n % 9, b: n % 2 }, n % 3, { trace_id: 'ü'.repeat(n % 5) }),
  appendSeries: ({ counter }, n) => counter.inc({ a: `é${n}`, b: 'new' }),
  removeSeries: ({ counter }, n) => void counter.remove({ a: n % 9, b: n % 2 }),
  removeNewSeries: ({ counter }) => void counter.removeWhere({ b: 'new' }),
  replaceLastSeries: ({ counter }, n) => {
    counter.inc({ a: 'last', b: n }, 1, { n });
    counter.remove({ a: 'last', b: n });
    counter.inc({ a: `then${n}`, b: n });
  },
  clear: ({ counter }) => counter.clear(),
  incExpiring: ({ expiring }, n) => expiring.inc({ a: n % 5 }),
  incExpiringHandle: ({ expiringHandle }) => expiringHandle.inc(),
  set: ({ gauge }, n) => gauge.set({ a: n % 12 }, [n, -n / 7, 0, -0, Number.NaN, Infinity][n % 6]!),
  clearGauge: ({ gauge }) => gauge.clear(),
  observe: ({ both }, n) => both.observe({ a: n % 7 }, n / 50 - 2),
  observeWithExemplar: ({ both }, n) => both.observe({ a: n % 7 }, n / 50, { n }),
  removeHistogram: ({ both }, n) => void both.removeWhere({ a: n % 7 }),
  observeNative: ({ native }, n) => native.observe({ a: n % 3 }, n - 100, n % 2 ? { n } : undefined),
  observeSummary: ({ summary }, n) => summary.observe({ a: n % 3 }, n),
  setState: ({ states }, n) => states.set({ a: n % 4 }, n % 3 ? 'on' : 'öff'),
  setInfo: ({ info }, n) => info.set({ version: n % 3 }),
  wait: (_, n) => void vi.advanceTimersByTime(n * 5),
  redefine: (program) => program.redefine(),
  unregister: ({ registries, counter }, n) => void registries[n % 2]!.unregister(counter),
  register: ({ registries, counter }, n) => void registries[n % 2]!.register(counter),
  async gather({ registries, snapshots }, n) {
    snapshots.push(new Snapshot(await registries[n % 2]!.gather()));
  },
  start({ snapshots, pages, writer }, n) {
    // Mostly the newest snapshot, sometimes one that is older than the written ones.
    const snapshot = snapshots.at(n % 5 === 0 ? n % snapshots.length : -1);
    if (snapshot !== undefined) pages.push(new Page(writer, snapshot.families, FORMATS[Math.floor(n / 5) % 4]!));
  },
  step: async ({ openPages }, n) => openPages[n % openPages.length]?.step(),
  stepTwice: async ({ openPages }, n) => {
    await openPages[n % openPages.length]?.step();
    await openPages[n % openPages.length]?.step();
  },
  finish: async ({ openPages }, n) => openPages[n % openPages.length]?.finish(),
  abandon: async ({ openPages }, n) => openPages[n % openPages.length]?.abandon(),
};

const OFTEN = ['gather', 'gather', 'gather', 'start', 'start', 'start', 'step', 'step', 'step', 'finish'];
const interleaving = fc.record({
  sizes: fc.constantFrom(...SIZES),
  series: fc.integer({ min: 0, max: 6 }),
  operations: fc.array(fc.tuple(fc.constantFrom(...Object.keys(OPERATIONS), ...OFTEN, ...OFTEN), fc.nat(200)), {
    minLength: 10,
    maxLength: 40,
  }),
});

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000, toFake: ['Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('overlapping scrapes of one writer', () => {
  test(
    'each get the page of their own snapshot, whatever is written or scraped meanwhile',
    async () => {
      await fc.assert(
        fc.asyncProperty(interleaving, async ({ sizes, series, operations }) => {
          const program = new Program(sizes, series);

          for (const [name, n] of operations) await OPERATIONS[name]!(program, n);
          for (const page of program.openPages) await page.finish();

          expect(program.pages.map((page) => page.isSnapshot())).toEqual(program.pages.map(() => true));
          expect(program.snapshots.map((snapshot) => snapshot.isUnchanged())).toEqual(
            program.snapshots.map(() => true),
          );
        }),
        { numRuns: RUNS },
      );
    },
    60_000 + 20 * RUNS,
  );
});
