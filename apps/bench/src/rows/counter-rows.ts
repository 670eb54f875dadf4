import type { Attributes, Counter } from '@opentelemetry/api';
import type { Counter as PromwrightCounter } from '@promwright/metrics';
import { timedContestant, timedLibraries, timedOpenTelemetry } from '../contestants.ts';
import type { Row, Settings } from '../group.ts';
import { fewLabelSets, LABEL_NAMES, type LabelSet } from '../label-sets.ts';
import { type LabelledCounter, operationOn } from '../libraries/library.ts';
import { addThroughObjects, rawAdd, threeLookUps } from '../libraries/limits.ts';
import { official } from '../libraries/prom-family.ts';
import { promwright } from '../libraries/promwright.ts';
import { incFresh, incHeld, incLabelled, type Run, walk } from '../loops.ts';
import { visitingOrder } from '../visiting-order.ts';

const RAW = 'raw Float64Array add';
const THROUGH_OBJECT = 'an add through an object';
const ONE_LABEL = "a counter's only label";

/** Returns the rows of counters with three labels, with the label sets of one size. */
export function counterRows(size: string, setsOf: (settings: Settings) => LabelSet[]): Row[] {
  return [
    heldRow(size, setsOf),
    labelledRow(`inc({3 labels}), objects made once, ${size}`, setsOf, incLabelled, addLabelled),
    labelledRow(`inc({3 labels}), an object made per call, ${size}`, setsOf, incFresh, addFresh),
  ];
}

/** Returns the row of a counter without labels. */
export function bareCounterRow(): Row {
  const order = new Int32Array(4096);
  return {
    title: 'inc() without labels',
    unit: 'ns',
    contestants: [
      ...timedLibraries(({ bareCounter }) => {
        const { metric, read } = bareCounter();
        return operationOn(read, incHeld([metric], order), 1);
      }),
      timedOpenTelemetry(({ counter, read }) => {
        const metric = counter('bare');
        metric.add(1);
        const run = walk(order, (from, to) => {
          const bare = metric;
          for (let i = from; i < to; i++) bare.add(1);
        });
        return operationOn(read, run, 1, 1);
      }),
      timedContestant(RAW, () => rawAdd(1, order)),
    ],
    targets: [{ kind: 'at-least', against: official.name, times: 3 }],
  };
}

/** Returns the row of a counter with three labels, two of which are bound. */
export function boundRow(): Row {
  const sets = fewLabelSets();
  const { method, route } = sets[0]!;
  const statuses = sets.filter((labels) => labels.method === method && labels.route === route);
  const order = visitingOrder(statuses.length);
  const others = statuses.map(({ status }) => ({ status }));
  return {
    title: 'inc({1 label}), 2 more labels bound by withLabels()',
    unit: 'ns',
    contestants: [
      timedContestant(promwright.name, async () => {
        const { counter } = await promwright.load();
        const { metric, read } = counter('requests_total', LABEL_NAMES);
        for (const labels of sets) metric.inc(labels);
        const bound = (metric as PromwrightCounter<string>).withLabels({ method, route });
        return operationOn(read, incLabelled(bound, others, order), sets.length, sets.length);
      }),
      timedContestant(ONE_LABEL, async () => {
        const { counter } = await promwright.load();
        const { metric, read } = counter('requests_total', ['status']);
        for (const labels of others) metric.inc(labels);
        return operationOn(read, incLabelled(metric, others, order), others.length, others.length);
      }),
      timedContestant(official.name, async () => {
        const { counter } = await official.load();
        const { metric, read } = counter('requests_total', LABEL_NAMES);
        for (const labels of sets) metric.inc(labels);
        return operationOn(read, incLabelled(metric, statuses, order), sets.length, sets.length);
      }),
    ],
    targets: [
      { kind: 'at-least', against: official.name, times: 5 },
      { kind: 'within', against: ONE_LABEL, times: 1.75 },
    ],
  };
}

function heldRow(size: string, setsOf: (settings: Settings) => LabelSet[]): Row {
  return {
    title: `inc() on a held series, ${size}`,
    unit: 'ns',
    contestants: [
      ...timedLibraries(({ counter }, settings) => {
        const sets = setsOf(settings);
        const { metric, read } = counter('requests_total', LABEL_NAMES);
        const series = sets.map((labels) => metric.labels(labels));
        // Some libraries create a series only at its first increment.
        for (const each of series) each.inc();
        return operationOn(read, incHeld(series, visitingOrder(sets.length)), sets.length, sets.length);
      }),
      timedContestant(RAW, (settings) => {
        const { length } = setsOf(settings);
        return rawAdd(length, visitingOrder(length));
      }),
      timedContestant(THROUGH_OBJECT, (settings) => {
        const { length } = setsOf(settings);
        return addThroughObjects(length, visitingOrder(length));
      }),
    ],
    targets: [
      { kind: 'at-least', against: official.name, times: 40 },
      { kind: 'within', against: THROUGH_OBJECT, times: 2.5 },
    ],
  };
}

function labelledRow(
  title: string,
  setsOf: (settings: Settings) => LabelSet[],
  inc: (counter: LabelledCounter, sets: readonly LabelSet[], order: Int32Array) => Run,
  add: (counter: Counter<Attributes>, sets: readonly LabelSet[], order: Int32Array) => Run,
): Row {
  return {
    title,
    unit: 'ns',
    contestants: [
      ...timedLibraries(({ counter }, settings) => {
        const sets = setsOf(settings);
        const { metric, read } = counter('requests_total', LABEL_NAMES);
        for (const labels of sets) metric.inc(labels);
        return operationOn(read, inc(metric, sets, visitingOrder(sets.length)), sets.length, sets.length);
      }),
      timedOpenTelemetry(({ counter, read }, settings) => {
        const sets = setsOf(settings);
        const metric = counter('requests');
        for (const labels of sets) metric.add(1, { ...labels });
        return operationOn(read, add(metric, sets, visitingOrder(sets.length)), sets.length, sets.length);
      }),
      timedContestant('three Map look-ups', (settings) => {
        const sets = setsOf(settings);
        return threeLookUps(sets, visitingOrder(sets.length));
      }),
    ],
    targets: [{ kind: 'at-least', against: official.name, times: 4 }],
  };
}

function addLabelled(counter: Counter<Attributes>, sets: readonly LabelSet[], order: Int32Array): Run {
  const attributes = sets.map((labels): Attributes => ({ ...labels }));
  return walk(order, (from, to, mask) => {
    const metric = counter;
    const labels = attributes;
    const visits = order;
    for (let i = from; i < to; i++) metric.add(1, labels[visits[i & mask]!]!);
  });
}

function addFresh(counter: Counter<Attributes>, sets: readonly LabelSet[], order: Int32Array): Run {
  return walk(order, (from, to, mask) => {
    const metric = counter;
    const labels = sets;
    const visits = order;
    for (let i = from; i < to; i++) {
      const { method, route, status } = labels[visits[i & mask]!]!;
      metric.add(1, { method, route, status });
    }
  });
}
