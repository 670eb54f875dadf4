import { Counter, Gauge, Histogram, Registry, StateSet, Summary } from '@promwright/metrics';
import { createFamily, type MetricFamily } from '@promwright/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExpositionWriter } from './exposition-writer.ts';
import { formatOpenMetrics, formatText } from './format-families.ts';
import { formatProtobuf } from './format-protobuf.ts';
import { negotiate } from './negotiate.ts';

const FORMATS = {
  text: { format: negotiate('text/plain'), whole: (families: readonly MetricFamily[]) => formatText(families) },
  openMetrics: {
    format: negotiate('application/openmetrics-text'),
    whole: (families: readonly MetricFamily[]) => formatOpenMetrics(families),
  },
  openMetrics2: {
    format: negotiate('application/openmetrics-text;version=2.0.0'),
    whole: (families: readonly MetricFamily[]) =>
      formatOpenMetrics(families, { version: '2.0.0', escaping: 'underscores' }),
  },
  protobuf: {
    format: negotiate('application/vnd.google.protobuf'),
    whole: (families: readonly MetricFamily[]) => Buffer.from(formatProtobuf(families)).toString('latin1'),
  },
} as const;

async function written(
  writer: ExpositionWriter,
  families: readonly MetricFamily[],
  name: keyof typeof FORMATS,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of writer.write(families, FORMATS[name].format)) chunks.push(chunk);
  return Buffer.concat(chunks).toString(name === 'protobuf' ? 'latin1' : 'utf8');
}

class Program {
  readonly registry = new Registry({ labels: { zone: 'ä' } });
  readonly counter = new Counter({ name: 'c_total', help: 'C.', registry: this.registry, labelNames: ['a', 'b'] });
  readonly histogram = new Histogram({
    name: 'h',
    help: 'H.',
    registry: this.registry,
    labelNames: ['a'],
    native: true,
  });
  readonly gauge = new Gauge({ name: 'g', help: 'G.', registry: this.registry });
  // Few lines each: prefixes come from the cache, values are rendered.
  readonly few = new Histogram({ name: 'f', help: 'F.', registry: this.registry, labelNames: ['a'], buckets: [-1, 1] });
  readonly summary = new Summary({ name: 's', help: 'S.', registry: this.registry, quantiles: [0.5, 0.9] });
  readonly states = new StateSet({ name: 't', help: 'T.', registry: this.registry, states: ['on', 'öff'] });

  constructor() {
    // Enough series for several chunks, so that the cache has borders between chunks.
    for (let a = 0; a < 2500; a++) this.counter.inc({ a: `é${a}`, b: a % 3 });
    for (let a = 0; a < 100; a++) this.histogram.observe({ a }, a / 10);
  }

  do(step: number): void {
    const a = step % 2600;
    switch (step % 19) {
      case 0:
        this.counter.remove({ a: `é${a}`, b: a % 3 });
        break;
      case 1:
        this.counter.inc({ a: `new${step}`, b: 0 }, step);
        break;
      case 2:
        this.histogram.observe({ a: a % 120 }, step / 1e6);
        break;
      case 3:
        this.histogram.observe({ a: a % 120 }, step / 1e6, { trace_id: 'ü'.repeat(step % 9) });
        break;
      case 4:
        this.counter.inc({ a: `é${a}`, b: a % 3 }, 1, { trace_id: `${step}` });
        break;
      case 8:
        this.few.observe({ a: `"${step % 5}"\n` }, step % 3, step % 2 ? { trace_id: 'ü' } : undefined);
        break;
      case 9:
        this.few.remove({ a: `"${step % 5}"\n` });
        break;
      case 10:
        if (step % 3 === 0) this.few.clear();
        break;
      case 11:
        this.summary.observe(step);
        break;
      case 12:
        this.states.set(step % 2 ? 'on' : 'öff');
        break;
      case 5:
        this.gauge.set(step % 2 ? Number.NaN : step);
        break;
      case 6:
        this.histogram.removeWhere({ a: a % 120 });
        break;
      case 7:
        if (step % 31 === 0) this.counter.clear();
        break;
      default:
        this.counter.inc({ a: `é${a}`, b: a % 3 }, 10 ** (step % 7));
    }
  }
}

describe('ExpositionWriter with a cache', () => {
  test('writes the same bytes as without a cache, after any changes and in any order of formats', async () => {
    const scrape = fc.record({
      steps: fc.array(fc.nat(1e9), { maxLength: 40 }),
      format: fc.constantFrom('text', 'openMetrics', 'openMetrics2', 'protobuf') as fc.Arbitrary<keyof typeof FORMATS>,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(scrape, { minLength: 2, maxLength: 8 }), async (scrapes) => {
        const program = new Program();
        const writer = new ExpositionWriter();
        for (const { steps, format } of scrapes) {
          for (const step of steps) program.do(step);
          const families = await program.registry.gather();

          const text = await written(writer, families, format);

          // Not toBe: vitest takes minutes to print a difference of megabytes.
          if (text !== FORMATS[format].whole(families)) expect.unreachable(`${format} differs after ${steps}`);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('distinguishes the families of several registries for one metric', async () => {
    const gauge = new Gauge({ name: 'g', help: 'G.', labelNames: ['a'], registry: null });
    gauge.set({ a: 1 }, 1);
    const registries = [{}, { prefix: 'x_' }, { labels: { zone: 'a' } }, { labels: { zone: 'b' } }].map((options) => {
      const registry = new Registry(options);
      registry.register(gauge);
      return registry;
    });
    const writer = new ExpositionWriter();
    const texts: string[] = [];

    for (let round = 0; round < 2; round++) {
      for (const registry of registries) texts.push(await written(writer, await registry.gather(), 'text'));
    }

    const shown = ['g{a="1"} 1', 'x_g{a="1"} 1', 'g{zone="a",a="1"} 1', 'g{zone="b",a="1"} 1'];
    expect(texts.map((text) => text.split('\n').at(-2))).toEqual([...shown, ...shown]);
  });

  test('writes for two simultaneous scrapes the instant of each', async () => {
    const program = new Program();
    const writer = new ExpositionWriter({ sliceMs: 0.0001 });
    await written(writer, await program.registry.gather(), 'text');
    program.counter.inc({ a: 'é7', b: 1 }, 1000);
    const earlier = await program.registry.gather();
    for (let a = 0; a < 2000; a += 3) program.counter.inc({ a: `é${a}`, b: a % 3 }, 1e9);
    program.counter.remove({ a: 'é8', b: 2 });
    const later = await program.registry.gather();

    const [first, second] = await Promise.all([written(writer, earlier, 'text'), written(writer, later, 'text')]);

    expect(first === formatText(earlier)).toBe(true);
    expect(second === formatText(later)).toBe(true);
  });

  test.each([1, 300])('writes an older snapshot of %d series after a newer snapshot with more', async (size) => {
    const registry = new Registry();
    const counter = new Counter({ name: 'c_total', help: 'C.', registry, labelNames: ['a'] });
    for (let a = 0; a < size; a++) counter.inc({ a });
    const writer = new ExpositionWriter();
    const older = await registry.gather();
    counter.inc({ a: 'new' });
    const newer = await registry.gather();

    const texts = [];
    for (const families of [newer, older, newer]) texts.push(await written(writer, families, 'text'));

    expect(texts).toEqual([newer, older, newer].map((families) => formatText(families)));
  });

  test('shows no exemplar that came after the snapshot', async () => {
    const registry = new Registry();
    const counter = new Counter({ name: 'c_total', help: 'C.', registry, labelNames: ['a'] });
    for (let a = 0; a < 300; a++) counter.inc({ a });
    const writer = new ExpositionWriter();
    const older = await registry.gather();
    counter.inc({ a: 7 }, 0, { trace_id: 'later' });
    const newer = await registry.gather();

    const texts = [];
    for (const families of [newer, older]) texts.push(await written(writer, families, 'openMetrics'));

    expect(texts).toEqual([newer, older].map((families) => formatOpenMetrics(families)));
  });

  test('writes changes between 0, -0 and NaN', async () => {
    const registry = new Registry();
    const gauge = new Gauge({ name: 'g', help: 'G.', registry, labelNames: ['a'] });
    const writer = new ExpositionWriter();

    for (const value of [0, -0, Number.NaN, 0]) {
      for (let a = 0; a < 300; a++) gauge.set({ a }, value);
      const families = await registry.gather();
      expect(await written(writer, families, 'text')).toBe(formatText(families));
    }
  });

  test('omits lines that some series of a foreign family lack, whichever lack them next', async () => {
    const identity = {};
    const layout = {
      kind: 'classic',
      width: 4,
      bounds: Float64Array.of(1),
      cumulative: true,
      sum: 2,
      count: 3,
    } as const;
    const familyWithout = (missing: number) => {
      const values = Float64Array.from({ length: 4 * 200 }, (_, i) => (i % 4 === 0 && i / 4 === missing ? NaN : 1));
      return createFamily({
        name: 'h',
        type: 'histogram',
        constLabels: [],
        labelNames: ['a'],
        dictionaries: [Array.from({ length: 200 }, (_, i) => `${i}`)],
        labelIds: Int32Array.from({ length: 200 }, (_, i) => i),
        size: 200,
        values,
        layout,
        identity,
        layoutVersion: 1,
      });
    };
    const writer = new ExpositionWriter();

    for (const missing of [3, 3, 150, -1, 0]) {
      const families = [familyWithout(missing)];
      expect(await written(writer, families, 'text')).toBe(formatText(families));
    }
  });

  test('yields the same chunk if nothing changed, and never changes a chunk that a scrape may still use', async () => {
    const program = new Program();
    const writer = new ExpositionWriter();
    const read = async () => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of writer.write(
        await program.registry.gather({ names: ['c_total'] }),
        FORMATS.text.format,
      )) {
        chunks.push(chunk);
      }
      return chunks;
    };

    const first = await read();
    const copies = first.map((chunk) => chunk.slice());
    const second = await read();
    program.counter.inc({ a: 'é0', b: 0 });
    const third = await read();

    expect(second.map((chunk, i) => chunk === first[i])).toEqual(first.map(() => true));
    expect(third.map((chunk, i) => chunk === first[i])).toEqual(first.map((_, i) => i !== 0));
    expect(first.every((chunk, i) => Buffer.compare(chunk, copies[i]!) === 0)).toBe(true);
  });

  test('evicts families that disappeared, and formats that are no longer requested', async () => {
    const program = new Program();
    const writer = new ExpositionWriter();
    for (const format of Object.keys(FORMATS) as (keyof typeof FORMATS)[]) {
      await written(writer, await program.registry.gather(), format);
    }
    program.registry.clear();
    program.registry.register(program.gauge);
    for (let i = 0; i < 12; i++)
      expect(await written(writer, await program.registry.gather(), 'text')).toContain('\ng{zone="ä"} 0\n');

    program.registry.register(program.counter);
    const families = await program.registry.gather();
    expect((await written(writer, families, 'text')) === formatText(families)).toBe(true);
  });

  test.each(['yes', 1, null])('rejects the option reuse: %s', (reuse) => {
    expect(() => new ExpositionWriter({ reuse: reuse as unknown as boolean })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
  });
});
