import { BOUNDS, durationsOverFourDecades } from '../durations.ts';
import type { Contestant, Row, Settings } from '../group.ts';
import { freshLabelSet, freshText, LABEL_NAMES } from '../label-sets.ts';
import type { Instrument, Instruments, Observer } from '../libraries/library.ts';
import { loadOpenTelemetry, OPEN_TELEMETRY, type OpenTelemetryInstruments } from '../libraries/open-telemetry.ts';
import { loadSummary, official, platformatic, promClient } from '../libraries/prom-family.ts';
import { promwright, quantileSummary, reading } from '../libraries/promwright.ts';
import { type Built, measureMemory } from '../measure-memory.ts';
import { sumOf } from '../measure-time.ts';

type CountOf = (settings: Settings) => number;

/**
 * Common settings of all rows of memory. Every build takes nearly the same bytes, so few measurements are enough. Node must not
 * flush unused bytecode, or the flushed bytes would count as freed memory.
 */
const memory = { nodeFlags: ['--expose-gc', '--no-flush-bytecode'], rounds: 3 };

/** Returns the row of the bytes per series of a counter. */
export function counterMemoryRow(size: string, countOf: CountOf): Row {
  return {
    ...memory,
    title: `a counter's series, 3 labels, ${size}`,
    unit: 'bytes',
    contestants: [
      ...libraries(countOf, ({ counter }, count) => {
        const { metric, read } = counter('requests_total', LABEL_NAMES);
        for (let i = 0; i < count; i++) metric.inc(freshLabelSet(i));
        return { kept: metric, read };
      }),
      openTelemetry(countOf, ({ counter, read }, count) => {
        const metric = counter('requests');
        for (let i = 0; i < count; i++) metric.add(1, { ...freshLabelSet(i) });
        return { kept: metric, read };
      }),
      numbersAlone(countOf, 1),
    ],
    targets: [{ kind: 'at-most', value: 72 }],
  };
}

/** Returns the row of the bytes per series of a counter whose only label has another long value in each series. */
export function labelValueMemoryRow(size: string, countOf: CountOf): Row {
  return {
    ...memory,
    title: `a series of each label value of ${VALUE_LENGTH} characters, ${size}`,
    unit: 'bytes',
    contestants: [
      ...libraries(countOf, ({ counter }, count) => {
        const { metric, read } = counter('orders_total', ['order']);
        for (let i = 0; i < count; i++) metric.inc({ order: freshText(i, VALUE_LENGTH) });
        return { kept: metric, read };
      }),
      openTelemetry(countOf, ({ counter, read }, count) => {
        const metric = counter('orders');
        for (let i = 0; i < count; i++) metric.add(1, { order: freshText(i, VALUE_LENGTH) });
        return { kept: metric, read };
      }),
      weighedContestant('its values in a Map', (settings) => ({
        ...seriesWithOneEach(countOf(settings)),
        build() {
          const kept = new Map<string, number>();
          for (let i = 0; i < countOf(settings); i++) kept.set(freshText(i, VALUE_LENGTH), 1);
          return { kept, read: () => ({ series: kept.size, total: kept.size }) };
        },
      })),
    ],
    // Twice would leave 9 bytes for a count and its start beside the value in a Map.
    targets: [{ kind: 'at-least', against: official.name, times: 1.4 }],
  };
}

const VALUE_LENGTH = 30;

/** Returns the row of the bytes per series of a histogram. */
export function histogramMemoryRow(size: string, countOf: CountOf): Row {
  return {
    ...memory,
    title: `a histogram's series, 3 labels, 11 buckets, ${size}`,
    unit: 'bytes',
    contestants: [
      ...libraries(countOf, ({ histogram }, count) => {
        const { metric, read } = histogram(LABEL_NAMES);
        for (let i = 0; i < count; i++) metric.observe(freshLabelSet(i), 0.3);
        return { kept: metric, read };
      }),
      openTelemetry(countOf, ({ histogram, read }, count) => {
        const metric = histogram();
        for (let i = 0; i < count; i++) metric.record(0.3, { ...freshLabelSet(i) });
        return { kept: metric, read };
      }),
      numbersAlone(countOf, BOUNDS.length + 2),
    ],
    targets: [{ kind: 'at-most', value: 200 }],
  };
}

/** Number of summaries: enough to make other changes of the heap negligible. */
const SUMMARIES = 10;

/** Returns the row of the bytes of one summary with quantiles after many different observations. */
export function summaryMemoryRow(): Row {
  const contestant = (name: string, load: () => Promise<Instrument<Observer>>) =>
    weighedContestant(name, ({ series: observations }) => {
      const durations = durationsOverFourDecades(observations);
      return {
        shares: SUMMARIES,
        expected: { series: SUMMARIES, total: SUMMARIES * observations },
        async build() {
          const summaries = await Promise.all(Array.from({ length: SUMMARIES }, load));
          for (const { metric } of summaries) for (const duration of durations) metric.observe(duration);
          return { kept: summaries, read: async () => sumOf(await Promise.all(summaries.map(({ read }) => read()))) };
        },
      };
    });
  return {
    ...memory,
    title: "a summary's only series, 3 quantiles, window in 5 parts, after many observations",
    unit: 'bytes',
    contestants: [
      contestant(promwright.name, async () => {
        const metric = await quantileSummary();
        return { metric, read: () => reading(metric.collect()) };
      }),
      ...[official, promClient, platformatic].map((library) => contestant(library.name, () => loadSummary(library))),
    ],
    targets: [{ kind: 'at-most', value: 16 * 1024 }],
  };
}

type Build<I> = (instruments: I, count: number) => Built;

function libraries(countOf: CountOf, build: Build<Instruments>): [Contestant, ...Contestant[]] {
  const contestant = ({ name, load }: typeof promwright) =>
    weighedContestant(name, (settings) => ({
      ...seriesWithOneEach(countOf(settings)),
      build: async () => build(await load(), countOf(settings)),
    }));
  return [contestant(promwright), ...[official, promClient, platformatic].map(contestant)];
}

function openTelemetry(countOf: CountOf, build: Build<OpenTelemetryInstruments>): Contestant {
  return weighedContestant(OPEN_TELEMETRY, (settings) => ({
    ...seriesWithOneEach(countOf(settings)),
    build: async () => build(await loadOpenTelemetry(countOf(settings)), countOf(settings)),
  }));
}

/** Returns the contestant that keeps only the numbers: the lower limit of any implementation. */
function numbersAlone(countOf: CountOf, width: number): Contestant {
  return weighedContestant('its numbers alone', (settings) => ({
    ...seriesWithOneEach(countOf(settings)),
    build() {
      const count = countOf(settings);
      const kept = new Float64Array(count * width);
      return { kept, read: () => ({ series: kept.length / width, total: count }) };
    },
  }));
}

function seriesWithOneEach(count: number) {
  return { shares: count, expected: { series: count, total: count } };
}

function weighedContestant(
  name: string,
  weight: (settings: Settings) => Parameters<typeof measureMemory>[0],
): Contestant {
  return { name, start: (settings) => measureMemory(weight(settings)) };
}
