import type { AnyLabels, LabelSet } from './label-sets.ts';
import type { HeldCounter, LabelledCounter, LabelledHistogram, Observer } from './libraries/library.ts';

// One loop per operation, the same for every library, and used by only one library per process. All loops compute the index in
// the same way and read it from memory, so that no compiler can merge several turns. Each loop copies variables of its closure
// first: compiled code would read a variable of a closure again after every call.

/** Runs an operation `times` times. */
export type Run = (times: number) => void;

/** Returns a loop that increments held series, or a metric without labels. */
export function incHeld(series: readonly HeldCounter[], order: Int32Array): Run {
  return walk(order, (from, to, mask) => {
    const held = series;
    const visits = order;
    for (let i = from; i < to; i++) held[visits[i & mask]!]!.inc();
  });
}

/** Returns a loop that increments by existing label objects. */
export function incLabelled(counter: LabelledCounter, sets: readonly AnyLabels[], order: Int32Array): Run {
  return walk(order, (from, to, mask) => {
    const metric = counter;
    const labels = sets;
    const visits = order;
    for (let i = from; i < to; i++) metric.inc(labels[visits[i & mask]!]!);
  });
}

/** Returns a loop that increments by a new label object for each call, like handlers of requests. */
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

/** Returns a loop that increments several counters in turn. Each counter has its own label names and label objects. */
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

/** Returns a loop that observes in held series, or in a metric without labels. */
export function observeHeld(series: readonly Observer[], durations: Float64Array, order: Int32Array): Run {
  return walk(order, (from, to, mask) => {
    const held = series;
    const values = durations;
    const visits = order;
    const last = values.length - 1;
    for (let i = from; i < to; i++) held[visits[i & mask]!]!.observe(values[i & last]!);
  });
}

/** Returns a loop that observes by existing label objects. */
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

/** Returns a run that continues where its last call stopped, so that a long order is visited completely. */
export function walk(order: Int32Array, loop: Loop): Run {
  const mask = order.length - 1;
  let position = 0;
  for (let i = 0; i < 2000; i++) callApart(i % 2 === 0 ? nothing : nothingElse, 0, 0, mask);
  return (times) => {
    callApart(loop, position, position + times, mask);
    // Wraps at a multiple of every order's length, and stays a small integer.
    position = (position + times) & 0xfffff;
  };
}

/**
 * Calls a loop from a call site that has called other loops before. The compiler inlines nothing at a call site with several
 * callees. An inlined loop would leave less budget for inlining the measured operation into the loop, from some moment on and in
 * some processes only.
 */
function callApart(loop: Loop, from: number, to: number, mask: number): void {
  loop(from, to, mask);
}

function nothing(): void {}

function nothingElse(): void {}
