import { Counter, Gauge, Histogram, Info, Registry, StateSet, Summary } from '@promwright/metrics';
import {
  createFamily,
  type Exemplar,
  type FamilyColumns,
  familyFromRows,
  type Layout,
  type MetricFamily,
  type MetricType,
  NO_NATIVE,
  type RowInput,
} from '@promwright/model';
import { parseOpenMetrics } from '../src/openmetrics/parse-open-metrics.ts';
import { parseProtobuf } from '../src/protobuf/parse-protobuf.ts';
import { parseText } from '../src/text/parse-text.ts';
import { CORPUS } from './corpus.ts';
import { mutatedBytes, mutatedText } from './mutate.ts';
import type { Random } from './random.ts';

/** Names of families that clash with each other in many ways, beside names that need escaping. */
const NAMES = [
  'x',
  'x_total',
  'x_created',
  'x_info',
  'x_count',
  'x_sum',
  'x_bucket',
  'x_gcount',
  'x_gsum',
  'x_count_total',
  'y',
  'y_total',
  'y_info',
  'z_seconds',
  'z_seconds_total',
  '_total',
  '_info',
  'a:b',
  'a.b',
  'a_b',
  'a.b_total',
  'a_b_count',
  'a_dot_b',
  'U__a_2e_b',
  'é',
  'm "q"\\\n',
  'n\0',
  'le',
];
const LABEL_NAMES = ['a', 'b', 'c.d', 'c_d', 'é', 'x', 'a:b', 'A', 'n\0', 'zone', 'le', 'quantile', '__proto__'];
const LABEL_VALUES = ['', '1', '2', '3', 'é', '\\', '"', '\n', ' # {', '{},=', '\r', '\0', '𝄞'];
const TYPES: readonly MetricType[] = [
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
  'unknown',
];
const ODD_NUMBERS = [
  -0,
  0.1,
  1.5,
  -1,
  -1.5,
  Number.NaN,
  Infinity,
  -Infinity,
  1e300,
  -1e300,
  5e-324,
  2 ** 53,
  2 ** 53 + 2,
  2 ** 63,
  2 ** 64,
  2 ** 64 - 2048,
  1e20,
  1e21,
  123_456_789.123,
];
const ODD_TIMES = [0, 1, -5, 0.25, 1e19, 2 ** 63, 2 ** 63 - 1024, -(2 ** 63), Infinity, Number.NaN];

/**
 * Returns a page of families from every source: foreign columns, rows, documents and instruments.
 * @param timeMs usual time of samples
 */
export function wildFamilies(random: Random, timeMs = 1_700_000_000_000): MetricFamily[] {
  const numbers = () => new Numbers(random, timeMs);
  return Array.from({ length: 1 + random.below(3) }, () => random.below(20)).flatMap((source) => {
    if (source === 0) return instruments(random, numbers());
    if (source === 1) return mutated(random);
    if (source < 5) return document(random, numbers());
    return source < 9 ? fromRows(random, numbers()) : [foreign(random, numbers())];
  });
}

/** Source of numbers, of which a share is odd. */
class Numbers {
  readonly #random: Random;
  readonly #oddness: number;
  readonly #timeMs: number;

  constructor(random: Random, timeMs: number) {
    this.#random = random;
    this.#timeMs = timeMs;
    this.#oddness = random.pick([0, 0, 0, 0.1, 0.5]);
  }

  isOdd(): boolean {
    return this.#random.below(1000) < this.#oddness * 1000;
  }

  next(): number {
    return this.isOdd() ? this.#random.pick(ODD_NUMBERS) : this.#random.below(100);
  }

  time(): number {
    return this.isOdd() ? this.#random.pick(ODD_TIMES) : this.usualTime();
  }

  usualTime(): number {
    return this.#timeMs + 1000 * this.#random.below(3);
  }
}

/** Returns a family of columns as a foreign collector may build them, often against every rule. */
function foreign(random: Random, numbers: Numbers): MetricFamily {
  const type = random.pick(TYPES);
  const layout = layoutOf(random, numbers, random.below(12) === 0 ? random.pick(TYPES) : type);
  const size = random.below(5);
  const labelNames = subset(random, LABEL_NAMES, random.pick([1, 2, 2, 3]));
  const constLabels =
    random.below(6) === 0 ? [{ name: random.pick(LABEL_NAMES), value: random.pick(LABEL_VALUES) }] : [];
  const dictionaries = labelNames.map(() => Array.from({ length: 4 }, () => random.pick(LABEL_VALUES)));
  const values = valuesOf(random, numbers, type, layout, size);
  const columns: Writable<FamilyColumns> = {
    name: nameOf(random, type),
    type,
    constLabels,
    labelNames,
    dictionaries,
    size,
    labelIds: Int32Array.from({ length: size * labelNames.length }, () => random.below(5) - 1),
    values,
    layout,
  };
  if (random.below(3) === 0) columns.help = random.pick(['', 'Help.', 'a\\b\n"c"', ' # é', '\0']);
  if (random.below(5) === 0) columns.unit = random.pick(['seconds', '', 'b', 'm s', 'é', 'a\n']);
  if (layout.kind !== 'scalar' && random.below(3) === 0) {
    const share = random.pick([2, 10]);
    columns.absent = Uint8Array.from(values, () => (random.below(share) === 0 ? 1 : 0));
  }
  if (random.below(4) === 0) {
    columns.timestampMs = Float64Array.from({ length: size }, () =>
      random.below(5) === 0 ? Number.NaN : numbers.time(),
    );
  }
  if (random.below(6) === 0) columns.startMs = Float64Array.from({ length: size }, () => numbers.time());
  if (random.below(6) === 0) columns.exemplars = exemplarsOf(random, numbers, layout, size);
  if (layout.kind === 'classic' && random.below(6) === 0) columns.native = nativeOf(random, numbers, size);
  if (random.below(60) === 0) breakColumns(random, columns);
  return createFamily(columns);
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function nameOf(random: Random, type: MetricType): string {
  if (random.below(3) === 0) return random.pick(NAMES);
  const suffix = type === 'counter' ? '_total' : type === 'info' ? '_info' : '';
  return random.pick(['x', 'y', 'z_seconds', 'a.b', 'http']) + suffix;
}

function subset<T>(random: Random, all: readonly T[], length: number): T[] {
  return [...new Set(Array.from({ length: random.below(length + 1) }, () => random.pick(all.slice(0, 9))))];
}

function layoutOf(random: Random, numbers: Numbers, type: MetricType): Layout {
  switch (type) {
    case 'histogram':
    case 'gaugehistogram': {
      const all = numbers.isOdd() ? [-Infinity, -1, 0, 1e-9, 1, 2.5, 1e6, 1e21] : [0.1, 1, 2.5, 10];
      const bounds = Float64Array.from(all.filter(() => random.below(2) === 0));
      const sum = random.below(8) === 0 ? -1 : bounds.length + 1;
      // Layouts with a separate count, with the bucket +Inf as the count, and with the total as the count.
      const count = random.pick([-1, bounds.length, bounds.length + 2]);
      return { kind: 'classic', width: bounds.length + 3, bounds, cumulative: random.below(3) > 0, sum, count };
    }
    case 'summary': {
      const all = numbers.isOdd() ? [-1, 0, 0.5, 1, 2, Infinity] : [0, 0.5, 0.99, 1];
      const quantiles = Float64Array.from(all.filter(() => random.below(2) === 0));
      const { length } = quantiles;
      const [sum, count] = [random.below(8) === 0 ? -1 : length, random.below(8) === 0 ? -1 : length + 1];
      return { kind: 'quantile', width: length + 2, quantiles, sum, count };
    }
    case 'stateset': {
      const states = subset(random, ['on', 'off', '', 'é', '"', '\n', '1'], 3);
      return { kind: 'state', width: states.length, states };
    }
    default:
      return { kind: 'scalar', width: 1 + random.below(2) };
  }
}

/** Returns numbers that suit the type, apart from odd ones. */
function valuesOf(random: Random, numbers: Numbers, type: MetricType, layout: Layout, size: number): Float64Array {
  const values = Float64Array.from({ length: size * layout.width }, () => numbers.next());
  for (let row = 0; row < size; row++) {
    const own = values.subarray(row * layout.width, (row + 1) * layout.width);
    if (type === 'info' && !numbers.isOdd()) own.fill(1);
    if (layout.kind === 'state' && !numbers.isOdd()) own.set(own.map(() => random.below(2)));
    if (layout.kind !== 'classic' || numbers.isOdd()) continue;
    const { length } = layout.bounds;
    if (layout.cumulative) own.subarray(0, length + 1).sort();
    const total = layout.cumulative ? own[length]! : own.subarray(0, length + 1).reduce((sum, count) => sum + count, 0);
    if (layout.count > length) own[layout.count] = total;
  }
  return values;
}

function exemplarsOf(
  random: Random,
  numbers: Numbers,
  layout: Layout,
  size: number,
): FamilyColumns['exemplars'] & object {
  const offsets = new Int32Array(size + 1);
  const exemplars: Exemplar[] = [];
  for (let row = 0; row < size; row++) {
    for (let i = random.below(3); i > 0; i--) {
      const timestampMs = random.below(3) > 0 ? { timestampMs: numbers.time() } : {};
      const labels = Array.from({ length: random.below(3) }, () => ({
        name: random.pick(['trace_id', 'c.d', 'c_d', 'é']),
        value: random.below(9) === 0 ? 'é'.repeat(125) : random.pick(LABEL_VALUES),
      }));
      exemplars.push({ labels, value: numbers.next(), ...timestampMs });
    }
    offsets[row + 1] = exemplars.length;
  }
  const buckets = layout.kind === 'classic' ? layout.bounds.length + 1 : 0;
  return { offsets, exemplars, buckets: Int32Array.from(exemplars, () => random.below(buckets + 1) - 1) };
}

function nativeOf(random: Random, numbers: Numbers, size: number): FamilyColumns['native'] & object {
  const side = () => {
    const offsets = new Int32Array(size + 1);
    const indexes: number[] = [];
    for (let row = 0; row < size; row++) {
      let index = random.below(9) - 4;
      for (let i = random.below(4); i > 0; i--) {
        indexes.push(index);
        index += 1 + random.below(4);
      }
      offsets[row + 1] = indexes.length;
    }
    return { offsets, indexes: Int32Array.from(indexes), counts: Float64Array.from(indexes, () => numbers.next()) };
  };
  return {
    schemas: Int8Array.from({ length: size }, () => random.pick([0, 3, 8, -4, NO_NATIVE, numbers.isOdd() ? -53 : 1])),
    zeroThresholds: Float64Array.from({ length: size }, () => Math.abs(numbers.next())),
    zeroCounts: Float64Array.from({ length: size }, () => numbers.next()),
    positive: side(),
    negative: side(),
  };
}

/** Breaks what `checkFamily` requires. */
function breakColumns(random: Random, columns: Writable<FamilyColumns>): void {
  const changes: readonly Partial<FamilyColumns>[] = [
    { name: 'a\ud800' },
    { dictionaries: columns.labelNames.map(() => ['\udc00', '1', '2', '3']) },
    { labelNames: [] },
    { size: columns.size + 1 },
    { layout: undefined as never },
    { labelNames: columns.labelNames.map(() => '__name__') },
    { labelNames: columns.labelNames.map(() => 'a') },
    { labelIds: columns.labelIds.map((id) => id + 3) },
    { values: [1, 2, 3] as never },
    { layout: { kind: 'classic', width: 9, bounds: Float64Array.of(2, 1), cumulative: true, sum: -1, count: -1 } },
    { layout: { kind: 'quantile', width: 9, quantiles: Float64Array.of(Number.NaN), sum: -1, count: -1 } },
  ];
  Object.assign(columns, random.pick(changes));
}

/** Returns a family of `familyFromRows`, or none if it refuses the rows. */
function fromRows(random: Random, numbers: Numbers): MetricFamily[] {
  const type = random.pick(TYPES);
  const number = () => (random.below(4) === 0 ? undefined : numbers.next());
  const rows = Array.from({ length: random.below(4) }, (_, i): RowInput => {
    const row: Writable<RowInput> = { labels: { a: i, ...(random.below(2) && { b: random.pick(LABEL_VALUES) }) } };
    if (random.below(4) === 0) row.timestampMs = numbers.time();
    if (random.below(4) === 0) row.startMs = numbers.time();
    if (type === 'histogram' || type === 'gaugehistogram' || type === 'summary') {
      const [count, sum] = [number(), number()];
      if (count !== undefined) row.count = count;
      if (sum !== undefined) row.sum = sum;
    }
    if (type === 'summary') {
      row.quantiles = [0.5, 0.9].filter(() => random.below(2)).map((quantile) => ({ quantile, value: numbers.next() }));
    } else if (type === 'histogram' || type === 'gaugehistogram') {
      let count = 0;
      row.buckets = [-1, 0.5, 1, Infinity]
        .slice(random.below(2))
        .filter(() => random.below(3) > 0)
        .map((le) => {
          count += random.below(5);
          return { le, count };
        });
    } else if (type === 'stateset') row.states = { on: random.below(2) === 0, [`s${random.below(2)}`]: true };
    else row.value = numbers.next();
    return row;
  });
  try {
    const name = random.pick(NAMES.filter((one) => /^[a-z_:]+$/i.test(one)));
    return [familyFromRows({ name, type, rows })];
  } catch {
    return [];
  }
}

/** Returns the families of a text document of random lines, or none if the parser refuses it. */
function document(random: Random, numbers: Numbers): MetricFamily[] {
  const lines: string[] = [];
  for (let i = 1 + random.below(3); i > 0; i--) {
    const name = random.pick(NAMES.filter((one) => /^[a-z_:]+$/i.test(one)));
    const type = random.pick(['counter', 'gauge', 'histogram', 'summary', 'untyped']);
    if (random.below(4) > 0) lines.push(`# TYPE ${name} ${type}`);
    const suffixes = type === 'histogram' ? ['_bucket', '_bucket', '_sum', '_count'] : ['', '', '_sum', '_count'];
    for (let j = random.below(8); j > 0; j--) {
      const suffix = type === 'histogram' || type === 'summary' ? random.pick(suffixes) : '';
      const labels = [`a="${random.below(3)}"`, 'b=""', 'b="1"'].filter(() => random.below(2));
      const part = type === 'histogram' ? 'le' : 'quantile';
      if (suffix === '_bucket' || (suffix === '' && type === 'summary')) {
        labels.push(`${part}="${random.pick(['0.5', '1', '2', '+Inf', '0.50'])}"`);
      }
      const value = goNumber(numbers.next());
      const time = random.below(6) === 0 ? ` ${numbers.usualTime()}` : '';
      lines.push(`${name}${suffix}${labels.length > 0 ? `{${labels.join()}}` : ''} ${value}${time}`);
    }
  }
  return orNone(() => parseText(`${lines.join('\n')}\n`));
}

function goNumber(value: number): string {
  return String(value).replace('Infinity', 'Inf');
}

/** Returns the families of a document of the corpus with a few changes. */
function mutated(random: Random): MetricFamily[] {
  switch (random.below(4)) {
    case 0:
      return orNone(() => parseText(mutatedText(random, CORPUS.text)));
    case 1:
      return orNone(() => parseOpenMetrics(mutatedText(random, CORPUS.openMetrics1)));
    case 2:
      return orNone(() => parseOpenMetrics(mutatedText(random, CORPUS.openMetrics2), { version: '2.0.0' }));
    default:
      return orNone(() => parseProtobuf(mutatedBytes(random, CORPUS.protobuf)));
  }
}

function orNone(parse: () => MetricFamily[]): MetricFamily[] {
  try {
    return parse();
  } catch {
    return [];
  }
}

/** Returns the families of a registry with one metric of each kind, after odd observations. */
function instruments(random: Random, numbers: Numbers): MetricFamily[] {
  const registry = new Registry();
  const base = { help: 'H.', registry };
  const observed = Array.from({ length: random.below(4) }, () => numbers.next());
  new Counter({ ...base, name: 'x_total' }).inc(random.below(9));
  new Gauge({ ...base, name: 'temperature' }).set(numbers.next());
  new Info({ ...base, name: 'y_info' }).set({ version: '1' });
  new StateSet({ ...base, name: 'mode', states: ['on', 'off'] }).set('on');
  const histograms = [
    new Histogram({
      ...base,
      name: 'h',
      buckets: random.pick([
        [1, 2],
        [-1, 1],
      ]),
    }),
    new Histogram({ ...base, name: 'n', native: true, buckets: random.pick([false as const, [1, 2]]) }),
    new Summary({ ...base, name: 's', quantiles: [0.5] }),
    new Summary({ ...base, name: 't' }),
  ];
  for (const metric of histograms) for (const value of observed) metric.observe(value);
  return [...registry.gatherSync()];
}
