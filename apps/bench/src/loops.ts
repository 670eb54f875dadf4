import type { AnyLabels, LabelSet } from './label-sets.ts';
import type { HeldCounter, LabelledCounter, LabelledHistogram, Observer } from './libraries/library.ts';

// One loop per operation, the same for every library and in every process only ever used by one. All compute the index
// in the same way and read it from memory, so that no compiler can gather up several turns into one. What a loop needs
// is read from its closure once: a variable of a closure may have changed after every call.

/** Does an operation as often as told. */
export type Run = (times: number) => void;

/** Increments held series, or without labels the metric itself. */
export function incHeld(series: readonly HeldCounter[], order: Int32Array): Run {
  return walk(order, (from, to, mask) => {
    const held = series;
    const visits = order;
    for (let i = from; i < to; i++) held[visits[i & mask]!]!.inc();
  });
}

/** Increments by label objects that were made before. */
export function incLabelled(counter: LabelledCounter, sets: readonly LabelSet[], order: Int32Array): Run {
  return walk(order, (from, to, mask) => {
    const metric = counter;
    const labels = sets;
    const visits = order;
    for (let i = from; i < to; i++) metric.inc(labels[visits[i & mask]!]!);
  });
}

/** Increments by label objects that are made for each call, as handlers of requests do. */
export function incFresh(counter: LabelledCounter, sets: readonly LabelSet[], order: Int32Array): Run {
  return walk(order, (from, to, mask) => {
    const metric = counter;
    const labels = sets;
    const visits = order;
    for (let i = from; i < to; i++) {
      const { method, route, status } = labels[visits[i & mask]!]!;
      metric.inc({ method, route, status });
    }
  });
}

/** Increments several counters by turns, each by objects with labels of its own. */
export function incInTurn(
  counters: readonly LabelledCounter[],
  sets: readonly (readonly AnyLabels[])[],
  order: Int32Array,
): Run {
  return walk(order, (from, to, mask) => {
    const metrics = counters;
    const labels = sets;
    const visits = order;
    const turns = metrics.length - 1;
    for (let i = from; i < to; i++) metrics[i & turns]!.inc(labels[i & turns]![visits[i & mask]!]!);
  });
}

/** Observes in held series, or without labels in the metric itself. */
export function observeHeld(series: readonly Observer[], durations: Float64Array, order: Int32Array): Run {
  return walk(order, (from, to, mask) => {
    const held = series;
    const values = durations;
    const visits = order;
    const last = values.length - 1;
    for (let i = from; i < to; i++) held[visits[i & mask]!]!.observe(values[i & last]!);
  });
}

/** Observes by label objects that were made before. */
export function observeLabelled(
  histogram: LabelledHistogram,
  sets: readonly LabelSet[],
  durations: Float64Array,
  order: Int32Array,
): Run {
  return walk(order, (from, to, mask) => {
    const metric = histogram;
    const labels = sets;
    const values = durations;
    const visits = order;
    const last = values.length - 1;
    for (let i = from; i < to; i++) metric.observe(labels[visits[i & mask]!]!, values[i & last]!);
  });
}

type Loop = (from: number, to: number, mask: number) => void;

/** Goes on where the last call stopped, so that all of a long order is visited. */
export function walk(order: Int32Array, loop: Loop): Run {
  const mask = order.length - 1;
  let position = 0;
  for (let i = 0; i < 2000; i++) callApart(i % 2 === 0 ? nothing : nothingElse, 0, 0, mask);
  return (times) => {
    callApart(loop, position, position + times, mask);
    // A multiple of every length by which loops wrap around, and still a small integer.
    position = (position + times) & 0xfffff;
  };
}

/**
 * Calls a loop from a place that has called others before. A compiler copies into such a place nothing of what it calls;
 * copied into its surroundings, the loop would leave less room for copying into it what it measures, from some moment on and
 * in some processes only.
 */
function callApart(loop: Loop, from: number, to: number, mask: number): void {
  loop(from, to, mask);
}

function nothing(): void {}

function nothingElse(): void {}
