import { timedLibraries } from '../contestants.ts';
import type { Row } from '../group.ts';
import { LABEL_NAMES, type LabelSet, manyLabelSets } from '../label-sets.ts';
import { type Instrument, type LabelledCounter, type MetricRegistry, operationOn } from '../libraries/library.ts';
import { official } from '../libraries/prom-family.ts';
import type { Operation } from '../measure-time.ts';

/** Returns the row of the creation of series, one after the other, in counters of `count` series each. */
export function seriesRow(count: number): Row {
  return {
    title: `a counter's new series, 3 labels, up to ${count.toLocaleString('en')} series`,
    unit: 'ns',
    contestants: timedLibraries(({ counter }) =>
      filling(manyLabelSets(count), () => counter('requests_total', LABEL_NAMES)),
    ),
    targets: [{ kind: 'at-least', against: official.name, times: 1.5 }],
  };
}

/** Returns the row of the creation of metrics, in registries of `METRICS` metrics each. */
export function metricRow(): Row {
  const names = Array.from({ length: METRICS }, (_, i) => `requests_${i}_total`);
  return {
    title: `a counter with 3 labels, in a registry of up to ${METRICS.toLocaleString('en')} metrics`,
    unit: 'ns',
    contestants: timedLibraries(({ registry }) => adding(names, registry)),
    targets: [{ kind: 'at-least', against: official.name, times: 0.35 }],
  };
}

const METRICS = 1000;

/** Returns the operation of creating one series. A full counter is replaced by a new one. */
function filling(sets: readonly LabelSet[], create: () => Instrument<LabelledCounter>): Operation {
  let current = create();
  let size = 0;
  let full = 0;
  const run = (times: number) => {
    const labels = sets;
    for (let i = 0; i < times; i++) {
      if (size === labels.length) {
        current = create();
        full++;
        size = 0;
      }
      current.metric.inc(labels[size++]!);
    }
  };
  const read = async () => {
    const { series, total } = await current.read();
    return { series: series - size, total: full * sets.length + total };
  };
  return operationOn(read, run, 0);
}

/** Returns the operation of creating one metric. A full registry is replaced by a new one. */
function adding(names: readonly string[], create: () => MetricRegistry): Operation {
  let current = create();
  let size = 0;
  let full = 0;
  const run = (times: number) => {
    for (let i = 0; i < times; i++) {
      if (size === names.length) {
        current = create();
        full++;
        size = 0;
      }
      current.addCounter(names[size++]!, LABEL_NAMES);
    }
  };
  const read = async () => ({ series: 0, total: full * names.length + (await current.size()) });
  return operationOn(read, run, 0);
}
