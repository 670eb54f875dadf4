import type { Attributes, Histogram } from '@opentelemetry/api';
import { timedContestant, timedLibraries, timedOpenTelemetry } from '../contestants.ts';
import { requestDurations } from '../durations.ts';
import type { Row, Settings } from '../group.ts';
import { LABEL_NAMES, type LabelSet } from '../label-sets.ts';
import { operationOn } from '../libraries/library.ts';
import { rawObserve } from '../libraries/limits.ts';
import { official } from '../libraries/prom-family.ts';
import { observeHeld, observeLabelled, type Run, walk } from '../loops.ts';
import { visitingOrder } from '../visiting-order.ts';

/** Returns the rows of histograms with three labels and eleven buckets, with the label sets of one size. */
export function histogramRows(size: string, setsOf: (settings: Settings) => LabelSet[]): Row[] {
  return [heldRow(size, setsOf), labelledRow(size, setsOf)];
}

function heldRow(size: string, setsOf: (settings: Settings) => LabelSet[]): Row {
  return {
    title: `observe() on a held series, 11 buckets, ${size}`,
    unit: 'ns',
    contestants: [
      ...timedLibraries(({ histogram }, settings) => {
        const sets = setsOf(settings);
        const { metric, read } = histogram(LABEL_NAMES);
        const series = sets.map((labels) => metric.labels(labels));
        // Some libraries create a series only at its first observation.
        for (const each of series) each.observe(1);
        const run = observeHeld(series, requestDurations(), visitingOrder(sets.length));
        return operationOn(read, run, sets.length, sets.length);
      }),
      timedContestant('raw bucket search', (settings) => {
        const { length } = setsOf(settings);
        return rawObserve(length, requestDurations(), visitingOrder(length));
      }),
    ],
    targets: [{ kind: 'at-least', against: official.name, times: 20 }],
  };
}

function labelledRow(size: string, setsOf: (settings: Settings) => LabelSet[]): Row {
  return {
    title: `observe({3 labels}), 11 buckets, ${size}`,
    unit: 'ns',
    contestants: [
      ...timedLibraries(({ histogram }, settings) => {
        const sets = setsOf(settings);
        const { metric, read } = histogram(LABEL_NAMES);
        for (const labels of sets) metric.observe(labels, 1);
        const run = observeLabelled(metric, sets, requestDurations(), visitingOrder(sets.length));
        return operationOn(read, run, sets.length, sets.length);
      }),
      timedOpenTelemetry(({ histogram, read }, settings) => {
        const sets = setsOf(settings);
        const metric = histogram();
        for (const labels of sets) metric.record(1, { ...labels });
        const run = recordLabelled(metric, sets, requestDurations(), visitingOrder(sets.length));
        return operationOn(read, run, sets.length, sets.length);
      }),
    ],
    targets: [{ kind: 'at-least', against: official.name, times: 5 }],
  };
}

function recordLabelled(
  histogram: Histogram<Attributes>,
  sets: readonly LabelSet[],
  durations: Float64Array,
  order: Int32Array,
): Run {
  const attributes = sets.map((labels): Attributes => ({ ...labels }));
  return walk(order, (from, to, mask) => {
    const metric = histogram;
    const labels = attributes;
    const values = durations;
    const visits = order;
    const last = values.length - 1;
    for (let i = from; i < to; i++) metric.record(values[i & last]!, labels[visits[i & mask]!]!);
  });
}
