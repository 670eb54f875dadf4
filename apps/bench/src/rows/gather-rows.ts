import type { Contestant, Row, Settings } from '../group.ts';
import { LABEL_NAMES, manyLabelSets } from '../label-sets.ts';
import { official } from '../libraries/prom-family.ts';
import { promwright } from '../libraries/promwright.ts';
import { ALLOCATION_FLAGS, measureAllocation } from '../measure-allocation.ts';
import { measureTime, type Operation } from '../measure-time.ts';

const COPY = 'copying the numbers';

interface Named {
  readonly name: string;
  prepare(settings: Settings): Promise<Operation>;
}

/** Returns the row that compares a snapshot of many counters with a copy of an array of as many numbers. */
export function gatherTimeRow(size: string): Row {
  return {
    title: `one gather() of ${size}`,
    unit: 'ns',
    contestants: contestants(({ name, prepare }) => ({
      name,
      start: async (settings) => measureTime(await prepare(settings), settings),
    })),
    targets: [{ kind: 'within', against: COPY, times: 10 }],
  };
}

/** Returns the row of the bytes that a snapshot allocates. */
export function gatherAllocationRow(size: string): Row {
  return {
    title: `allocated by a gather() of ${size}, per series`,
    unit: 'bytes',
    nodeFlags: ALLOCATION_FLAGS,
    rounds: 5,
    contestants: contestants(({ name, prepare }) => ({
      name,
      start: async (settings) => measureAllocation(await prepare(settings), settings.series),
    })),
    targets: [],
  };
}

function contestants(contestant: (named: Named) => Contestant): [Contestant, ...Contestant[]] {
  return [
    contestant({ name: promwright.name, prepare: gatherOurs }),
    contestant({ name: COPY, prepare: async ({ series }) => copyNumbers(series) }),
    contestant({ name: `${official.name}, getMetricsAsJSON()`, prepare: gatherOfficial }),
  ];
}

async function gatherOurs({ series }: Settings): Promise<Operation> {
  const { Counter, Registry } = await import('@promwright/metrics');
  const registry = new Registry();
  const counter = new Counter({ name: 'requests_total', help: 'A metric.', labelNames: LABEL_NAMES, registry });
  for (const labels of manyLabelSets(series)) counter.inc(labels);
  return countingSeries(series, async () => (await registry.gather())[0]!.size);
}

function copyNumbers(series: number): Operation {
  const numbers = new Float64Array(series).fill(1);
  return countingSeries(series, () => numbers.slice().length);
}

async function gatherOfficial({ series }: Settings): Promise<Operation> {
  const { Counter, Registry } = await official.loadModule();
  const registry = new Registry();
  const metric = new Counter({
    name: 'requests_total',
    help: 'A metric.',
    labelNames: LABEL_NAMES,
    registers: [registry],
  });
  for (const labels of manyLabelSets(series)) metric.inc(labels);
  return countingSeries(series, async () => {
    const [family] = await registry.getMetricsAsJSON();
    return family!.values.length;
  });
}

/** Returns an operation that counts runs which gathered all series. */
function countingSeries(series: number, gather: () => number | Promise<number>): Operation {
  let complete = 0;
  const count = (gathered: number) => {
    if (gathered === series) complete++;
  };
  return {
    async run(times) {
      for (let i = 0; i < times; i++) count(await gather());
    },
    read: () => ({ series, total: complete }),
    initially: { series, total: 0 },
  };
}
