import { expectTypeOf } from 'vitest';
import { Counter, type CounterSeries, Gauge, Histogram, StateSet, Summary } from './index.ts';

const plain = new Counter({ name: 'a_total', help: 'A.' });
const labelled = new Counter({ name: 'b_total', help: 'B.', labelNames: ['method', 'status'] });
const gauge = new Gauge({ name: 'g', help: 'G.', labelNames: ['queue'] });
const histogram = new Histogram({ name: 'h', help: 'H.', labelNames: ['queue'] });
const summary = new Summary({ name: 's', help: 'S.', labelNames: ['queue'] });

// Label names are inferred without `as const`.
expectTypeOf(labelled).toEqualTypeOf<Counter<'method' | 'status'>>();
expectTypeOf(plain).toEqualTypeOf<Counter<never>>();

// Correct use.
plain.inc();
plain.inc(2);
plain.value();
labelled.inc({ method: 'GET', status: 200 });
labelled.inc({ method: 'GET', status: true }, 3);
expectTypeOf(labelled.labels({ method: 'GET', status: 200 })).toEqualTypeOf<CounterSeries>();
labelled.removeWhere({ method: 'GET' });
gauge.set({ queue: 'mail' }, 3);
expectTypeOf(histogram.time({ queue: 'mail' }, async () => 'x')).toEqualTypeOf<Promise<string>>();
expectTypeOf(histogram.startTimer({ queue: 'mail' })()).toEqualTypeOf<number>();
summary.observe({ queue: 'mail' }, 3);

// Wrong use.
// @ts-expect-error labels are missing
labelled.inc();
// @ts-expect-error labels are missing
labelled.inc(2);
// @ts-expect-error one label is missing
labelled.inc({ method: 'GET' });
// @ts-expect-error one label is misspelt
labelled.inc({ method: 'GET', statuz: 200 });
// @ts-expect-error one label is too many
labelled.inc({ method: 'GET', status: 200, route: '/' });
// @ts-expect-error a label value is no scalar
labelled.inc({ method: 'GET', status: [200] });
// @ts-expect-error a label value is undefined
labelled.inc({ method: 'GET', status: undefined });
// @ts-expect-error there are no labels
plain.inc({ method: 'GET' });
// @ts-expect-error a label is misspelt
labelled.removeWhere({ methud: 'GET' });
// @ts-expect-error labels are missing
labelled.labels({});
// @ts-expect-error the value is missing
gauge.set({ queue: 'mail' });
// @ts-expect-error labels are missing
gauge.set(3);
// @ts-expect-error labels are missing
histogram.observe(3);
// @ts-expect-error the value is missing
summary.observe({ queue: 'mail' });
// @ts-expect-error a label is misspelt
histogram.startTimer({ kueue: 'mail' });
// @ts-expect-error le is reserved for buckets
new Histogram({ name: 'h', help: 'H.', labelNames: ['le'] });
// @ts-expect-error quantile is reserved for quantiles
new Summary({ name: 's', help: 'S.', labelNames: ['a', 'quantile'] });
// @ts-expect-error names that begin with __ are reserved for the server
new Counter({ name: 'c', help: 'C.', labelNames: ['__name__'] });
// @ts-expect-error help is required
new Counter({ name: 'c' });
// @ts-expect-error initial labels must be complete
new Counter({ name: 'c', help: 'C.', labelNames: ['a', 'b'], initialLabels: [{ a: 1 }] });
// @ts-expect-error limits are per label
new Counter({ name: 'c', help: 'C.', labelNames: ['a'], labelLimit: { b: 1 } });

// Methods do not take bound labels.
const gets = labelled.withLabels({ method: 'GET' });
expectTypeOf(gets).toEqualTypeOf<Counter<'status'>>();
gets.inc({ status: 200 });
expectTypeOf(gets.withLabels({ status: 200 })).toEqualTypeOf<Counter<never>>();
gets.withLabels({ status: 200 }).inc();
// @ts-expect-error the label is bound already
gets.inc({ method: 'GET', status: 200 });
// @ts-expect-error the counter has no such label
labelled.withLabels({ route: '/' });

// Labels of exemplars are free, independent of the labels of the metric.
labelled.inc({ method: 'GET', status: 200 }, 1, { trace_id: 'abc', n: 1 });
labelled.labels({ method: 'GET', status: 200 }).inc(1, { trace_id: 'abc' });
plain.inc(1, { trace_id: 'abc' });
histogram.observe({ queue: 'mail' }, 1, { trace_id: 'abc' });
// @ts-expect-error a value of an exemplar's label is no scalar
plain.inc(1, { trace_id: ['abc'] });

// Counters can be set only by their collect option.
new Counter({
  name: 'c',
  help: 'C.',
  labelNames: ['a'],
  collect(signal) {
    expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
    this.set({ a: 1 }, 2);
    // @ts-expect-error labels are missing
    this.set(2);
  },
});
// @ts-expect-error a counter cannot be set
plain.set(3);

// States are known.
const mode = new StateSet({ name: 'm', help: 'M.', states: ['on', 'off'] });
mode.set('on');
expectTypeOf(mode.value()).toEqualTypeOf<'on' | 'off'>();
// @ts-expect-error there is no such state
mode.set('broken');
const modes = new StateSet({ name: 'm', help: 'M.', states: ['on', 'off'], labelNames: ['node'] });
modes.set({ node: 1 }, 'off');
// @ts-expect-error labels are missing
modes.set('off');

// Native buckets need no classic buckets, and their options are known.
new Histogram({ name: 'h', help: 'H.', buckets: false, native: { schema: 3, maxBuckets: Infinity } });
// @ts-expect-error a native option is misspelt
new Histogram({ name: 'h', help: 'H.', native: { scheme: 3 } });

// Timers of histograms take an exemplar.
const timed = new Histogram({ name: 'h', help: 'H.', labelNames: ['a'] });
timed.startTimer({ a: 1 })({}, { trace_id: 'x' });
timed.time(
  { a: 1 },
  () => 5,
  () => ({ trace_id: 'x' }),
);
timed.labels({ a: 1 }).startTimer()({ trace_id: 'x' });
// @ts-expect-error a summary has no exemplars
new Summary({ name: 's', help: 'S.' }).time(() => 5, { trace_id: 'x' });
