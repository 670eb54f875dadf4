import type { ExpositionWriter, Format } from '@promwright/exposition';
import type { CounterSeries, Registry } from '@promwright/metrics';
import { BOUNDS } from '../durations.ts';
import type { Contestant, Row, Sampler, Settings } from '../group.ts';
import { LABEL_NAMES, type LabelSet, manyLabelSets } from '../label-sets.ts';
import { official, type PromRegistry } from '../libraries/prom-family.ts';
import { promwright } from '../libraries/promwright.ts';
import { bytesInUse } from '../measure-memory.ts';
import { measureTime, type Operation } from '../measure-time.ts';
import { pseudoRandom } from '../pseudo-random.ts';

/** Kind of scrape: the metrics, and the changes since the previous scrape. */
export interface ScrapeKind {
  readonly of: 'counters' | 'histograms';
  /** Share of the series that counted once since the previous scrape. */
  readonly changed: number;
  /** True if the writer has written the same families before. */
  readonly reuse: boolean;
}

/** Scraped metrics: functions to count in a series and to write the text. */
interface Scraped {
  /** Counts once in the series with this index. */
  readonly count: (series: number) => void;
  /** Writes the whole text and resolves to its length. */
  readonly scrape: () => Promise<number>;
}

const COPY = 'copying the same bytes';
const TEXT = 'ours, text';
const ONE_SCRAPE = 'official client, one scrape';

/** Returns the row of one scrape, from gathering to the last byte. The official client returns a string and encodes no bytes. */
export function scrapeRow(title: string, kind: ScrapeKind, atLeast?: number): Row {
  return {
    title,
    unit: 'ns',
    contestants: [
      scraping(promwright.name, (settings) => scrapeOurs(settings, kind), kind),
      scraping(official.name, (settings) => scrapeOfficial(settings, kind), kind),
      copying(kind),
    ],
    targets: atLeast === undefined ? [] : [{ kind: 'at-least', against: official.name, times: atLeast }],
  };
}

/** Returns the row of two scrapers that read the same metrics each second, beside one scraper of the official client. */
export function twoScrapersRow(title: string): Row {
  const kind: ScrapeKind = { of: 'counters', changed: 0.01, reuse: true };
  const twice = async (settings: Settings): Promise<Scraped> => {
    const { count, scrape } = await scrapeOurs(settings, kind);
    return {
      count,
      async scrape() {
        await scrape();
        return scrape();
      },
    };
  };
  return {
    title,
    unit: 'ns',
    contestants: [
      scraping(promwright.name, twice, kind),
      scraping(ONE_SCRAPE, (settings) => scrapeOfficial(settings, kind), kind),
    ],
    targets: [{ kind: 'at-least', against: ONE_SCRAPE, times: 2 }],
  };
}

/** Returns the row that compares protobuf with text of the same histograms, both without a cache. */
export function protobufRow(title: string): Row {
  const kind: ScrapeKind = { of: 'histograms', changed: 0, reuse: false };
  return {
    title,
    unit: 'ns',
    contestants: [
      scraping(promwright.name, (settings) => scrapeOurs(settings, kind, 'application/vnd.google.protobuf'), kind),
      scraping(TEXT, (settings) => scrapeOurs(settings, kind), kind),
    ],
    targets: [{ kind: 'within', against: TEXT, times: 1 }],
  };
}

/**
 * Returns the row of the longest time that writing a large scrape blocks the event loop.
 * @param isFirst true to measure only the first scrape of each process, by code that the engine has not compiled yet
 */
export function longestSliceRow(title: string, isFirst: boolean): Row {
  return {
    title,
    unit: 'ms',
    rounds: isFirst ? 1 : 5,
    // The garbage of the preparation is not the work of a scrape.
    nodeFlags: ['--expose-gc'],
    contestants: [
      { name: promwright.name, start: (settings) => longestHold(settings, scrapeOurs) },
      { name: official.name, start: (settings) => longestHold(settings, scrapeOfficial) },
    ],
    // The measured time includes garbage collection, which no slice can predict. The first scrape runs code that is not compiled yet.
    targets: [{ kind: 'at-most', value: isFirst ? 12 : 10 }],
  };
}

/** Returns the row of the bytes that the writer keeps to make the next scrape cheaper. */
export function keptBytesRow(title: string): Row {
  return {
    title,
    unit: 'bytes',
    nodeFlags: ['--expose-gc', '--no-flush-bytecode'],
    rounds: 3,
    contestants: [{ name: promwright.name, start: keptBytes }],
    targets: [{ kind: 'at-most', value: 1.25 }],
  };
}

function scraping(
  name: string,
  prepare: (settings: Settings) => Promise<Scraped>,
  { changed }: ScrapeKind,
): Contestant {
  return {
    name,
    start: async (settings) => {
      const { count, scrape } = await prepare(settings);
      const length = await scrape();
      const random = pseudoRandom(1);
      const counts = Math.round(settings.series * changed);
      return measureTime(
        completing(length, async () => {
          for (let i = 0; i < counts; i++) count(Math.floor(random() * settings.series));
          return scrape();
        }),
        settings,
      );
    },
  };
}

function copying(kind: ScrapeKind): Contestant {
  return {
    name: COPY,
    start: async (settings) => {
      const { scrape } = await scrapeOurs(settings, kind);
      const text = Buffer.alloc(await scrape(), 'x');
      return measureTime(
        completing(text.length, () => Buffer.from(text).length),
        settings,
      );
    },
  };
}

/** Returns an operation that counts runs with about the expected length. The length varies with the digits of the values. */
function completing(length: number, write: () => number | Promise<number>): Operation {
  let complete = 0;
  return {
    async run(times) {
      for (let i = 0; i < times; i++) {
        const written = await write();
        if (written > length * 0.8 && written < length * 1.2) complete++;
      }
    },
    read: () => ({ series: 1, total: complete }),
    initially: { series: 1, total: 0 },
  };
}

async function scrapeOurs({ series }: Settings, { of, reuse }: ScrapeKind, accept = 'text/plain'): Promise<Scraped> {
  const { ExpositionWriter, negotiate } = await import('@promwright/exposition');
  const format = negotiate(accept);
  const { registry, held } = await fillOurs(of, series);
  // Writes without a pause: the row does not compare turns of the event loop.
  const kept = new ExpositionWriter({ sliceMs: 1e9 });
  return {
    count: (index) => held[index]?.inc(),
    scrape: () => writtenLength(reuse ? kept : new ExpositionWriter({ sliceMs: 1e9, reuse: false }), registry, format),
  };
}

async function writtenLength(writer: ExpositionWriter, registry: Registry, format: Format): Promise<number> {
  let length = 0;
  for await (const chunk of writer.write(await registry.gather(), format)) length += chunk.length;
  return length;
}

async function fillOurs(
  of: ScrapeKind['of'],
  series: number,
  isHeld = true,
): Promise<{ registry: Registry; held: readonly CounterSeries[] }> {
  const { Counter, Histogram, Registry } = await import('@promwright/metrics');
  const registry = new Registry();
  const options = { help: 'A metric.', labelNames: LABEL_NAMES, registry, seriesLimit: Infinity, labelLimit: Infinity };
  if (of === 'histograms') {
    const histogram = new Histogram({ ...options, name: 'latency_seconds', buckets: BOUNDS });
    for (const labels of histogramLabels(series)) for (const value of DURATIONS) histogram.observe(labels, value);
    return { registry, held: [] };
  }
  const counter = new Counter({ ...options, name: 'http_requests_total' });
  const sets = manyLabelSets(series);
  for (const [i, labels] of sets.entries()) counter.inc(labels, i * 1.37);
  return { registry, held: isHeld ? sets.map((labels) => counter.labels(labels)) : [] };
}

async function scrapeOfficial({ series }: Settings, { of }: ScrapeKind): Promise<Scraped> {
  const { Counter, Histogram, Registry } = await official.loadModule();
  const registry = new Registry() as PromRegistry & { metrics(): Promise<string> };
  const options = { help: 'A metric.', labelNames: LABEL_NAMES, registers: [registry] };
  const scrape = async () => (await registry.metrics()).length;
  if (of === 'histograms') {
    const histogram = new Histogram({ ...options, name: 'latency_seconds', buckets: [...BOUNDS] });
    for (const labels of histogramLabels(series))
      for (const value of DURATIONS) histogram.observe({ ...labels }, value);
    return { count: () => undefined, scrape };
  }
  const counter = new Counter({ ...options, name: 'http_requests_total' });
  const held = manyLabelSets(series).map((labels, i) => {
    (counter.inc as (labels: object, value: number) => void).call(counter, { ...labels }, i * 1.37);
    return counter.labels({ ...labels });
  });
  return { count: (index) => held[index]!.inc(), scrape };
}

const DURATIONS = [0.3, 3.3];

function histogramLabels(series: number): readonly LabelSet[] {
  return manyLabelSets(Math.ceil(series / 10));
}

/** Measures the longest time between two turns of the event loop while ten times as many series are written. */
async function longestHold(
  settings: Settings,
  prepare: (settings: Settings, kind: ScrapeKind) => Promise<Scraped>,
): Promise<Sampler> {
  const { ExpositionWriter, negotiate } = await import('@promwright/exposition');
  const isOurs = prepare === scrapeOurs;
  const size = { ...settings, series: settings.series * 10 };
  const theirs = isOurs ? undefined : await prepare(size, { of: 'counters', changed: 0, reuse: false });
  const filled = isOurs ? await fillOurs('counters', size.series, false) : undefined;
  let lastLength = 0;
  const write = async () => {
    if (theirs !== undefined) return theirs.scrape();
    return writtenLength(new ExpositionWriter({ reuse: false }), filled!.registry, negotiate('text/plain'));
  };
  return {
    async sample() {
      globalThis.gc?.();
      let longest = 0;
      let last = performance.now();
      let writing = true;
      const watch = () => {
        const now = performance.now();
        longest = Math.max(longest, now - last);
        last = now;
        if (writing) setImmediate(watch);
      };
      setImmediate(watch);
      lastLength = await write();
      writing = false;
      watch();
      return longest;
    },
    async check() {
      if (lastLength < size.series * 20) throw new Error(`It wrote ${lastLength} bytes for ${size.series} lines`);
    },
  };
}

async function keptBytes({ series }: Settings): Promise<Sampler> {
  const { ExpositionWriter, negotiate } = await import('@promwright/exposition');
  const { registry } = await fillOurs('counters', series);
  const format = negotiate('text/plain');
  let kept: ExpositionWriter | undefined;
  let length = 0;
  const sample = async () => {
    kept = undefined;
    const before = await bytesInUse();
    kept = new ExpositionWriter();
    length = await writtenLength(kept, registry, format);
    return ((await bytesInUse()) - before) / length;
  };
  await sample();
  return {
    sample,
    async check() {
      if (kept === undefined || length < series * 20) throw new Error(`It wrote ${length} bytes for ${series} series`);
    },
  };
}
