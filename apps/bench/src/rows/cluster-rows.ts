import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BOUNDS } from '../durations.ts';
import type { Row, Sampler, Settings } from '../group.ts';
import { LABEL_NAMES, manyLabelSets } from '../label-sets.ts';
import { official, type PromRegistry } from '../libraries/prom-family.ts';
import { promwright } from '../libraries/promwright.ts';
import { measureTime, type Operation } from '../measure-time.ts';

const MEMBERS = 8;
const SERIES = 1000;
/** Series that change between two publications. */
const CHANGED = 100;
const PUBLISH_MS = 250;

/** Aggregation of the official client, of what workers send as JSON. */
interface Aggregating {
  readonly Registry: { aggregate(members: readonly unknown[]): PromRegistry };
}

/** Returns the row of merging the families of eight members, once they are in this process. */
export function mergeRow(): Row {
  return {
    title: `merging ${MEMBERS} processes with ${SERIES.toLocaleString('en')} histogram series x ${BOUNDS.length} buckets`,
    unit: 'ns',
    contestants: [
      { name: promwright.name, start: async (settings) => measureTime(await mergeOurs(), settings) },
      {
        name: `${official.name}, aggregate()`,
        start: async (settings) => measureTime(await mergeOfficial(), settings),
      },
    ],
    targets: [{ kind: 'at-least', against: `${official.name}, aggregate()`, times: 8 }],
  };
}

/** Returns the row of the processor time that publishing takes in a second, four times as a process does by default. */
export function publishRow(size: string): Row {
  return {
    title: `processor time in a second of publishing ${size}, ${CHANGED} changed each time`,
    unit: 'µs',
    contestants: [
      { name: promwright.name, start: (settings) => publishing(settings, { joins: true, changed: CHANGED }) },
      { name: 'nothing changed', start: (settings) => publishing(settings, { joins: true, changed: 0 }) },
      { name: 'no publication', start: (settings) => publishing(settings, { joins: false, changed: CHANGED }) },
    ],
    targets: [{ kind: 'at-most', value: 10_000 }],
  };
}

async function mergeOurs(): Promise<Operation> {
  const { mergeFamilies } = await import('@promwright/cluster');
  const { Histogram, Registry } = await import('@promwright/metrics');
  const members = Array.from({ length: MEMBERS }, (_, member) => {
    const registry = new Registry();
    const histogram = new Histogram({
      name: 'h',
      help: 'A metric.',
      labelNames: LABEL_NAMES,
      buckets: BOUNDS,
      registry,
    });
    manyLabelSets(SERIES).forEach((labels, i) => void histogram.observe(labels, i / 100));
    return { id: String(member), families: registry.gatherSync() };
  });
  return countingRuns(() => {
    const [family] = mergeFamilies(members);
    return family!.size;
  });
}

async function mergeOfficial(): Promise<Operation> {
  const { Histogram, Registry } = await official.loadModule();
  const { aggregate } = Registry as unknown as Aggregating['Registry'];
  const members = await Promise.all(
    Array.from({ length: MEMBERS }, async () => {
      const registry = new Registry();
      const histogram = new Histogram({
        name: 'h',
        help: 'A metric.',
        labelNames: LABEL_NAMES,
        buckets: BOUNDS,
        registers: [registry],
      });
      manyLabelSets(SERIES).forEach((labels, i) => void histogram.observe(labels, i / 100));
      return JSON.parse(JSON.stringify(await registry.getMetricsAsJSON())) as unknown;
    }),
  );
  return countingRuns(async () => {
    const [family] = await aggregate.call(Registry, members).getMetricsAsJSON();
    // A bucket for each bound, +Inf, sum and count.
    return family!.values.length / (BOUNDS.length + 3);
  });
}

interface Publishing {
  readonly joins: boolean;
  /** Number of series that change between two publications. */
  readonly changed: number;
}

async function publishing({ series }: Settings, { joins, changed }: Publishing): Promise<Sampler> {
  const { joinProcesses, readProcesses } = await import('@promwright/cluster');
  const { Counter, Registry } = await import('@promwright/metrics');
  const directory = path.join(await mkdtemp(path.join(tmpdir(), 'promwright-bench-')), 'spool');
  process.on('exit', () => rmSync(path.dirname(directory), { recursive: true, force: true }));
  const registry = new Registry();
  const counter = new Counter({ name: 'requests_total', help: 'A metric.', labelNames: LABEL_NAMES, registry });
  const held = manyLabelSets(series).map((labels) => counter.labels(labels));
  if (joins) joinProcesses({ directory, registry });
  let total = 0;
  const change = () => {
    for (let i = 0; i < changed; i++, total++) held[(total * 997) % series]!.inc();
  };
  const runFor = async (milliseconds: number) => {
    const begin = performance.now();
    const before = process.cpuUsage();
    const timer = setInterval(change, PUBLISH_MS);
    await delay(milliseconds);
    clearInterval(timer);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / ((performance.now() - begin) / 1000);
  };
  await runFor(4 * PUBLISH_MS);
  return {
    sample: () => runFor(4 * PUBLISH_MS),
    async check() {
      if (!joins) return;
      await delay(2 * PUBLISH_MS);
      const [family] = await readProcesses({ directory }).gather({ names: ['requests_total'] });
      const published = family!.values.reduce((sum, value) => sum + value, 0);
      if (published !== total) throw new Error(`${published} of ${total} increments were published`);
    },
  };
}

/** Returns an operation that counts the runs with all series. */
function countingRuns(run: () => number | Promise<number>): Operation {
  let complete = 0;
  return {
    async run(times) {
      for (let i = 0; i < times; i++) if ((await run()) === SERIES) complete++;
    },
    read: () => ({ series: SERIES, total: complete }),
    initially: { series: SERIES, total: 0 },
  };
}
