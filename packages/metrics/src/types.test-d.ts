import { expectTypeOf } from 'vitest';
import { Counter, type CounterSeries, Gauge, Histogram, Summary } from './index.ts';

const plain = new Counter({ name: 'a_total', help: 'A.' });
const labelled = new Counter({ name: 'b_total', help: 'B.', labelNames: ['method', 'status'] });
const gauge = new Gauge({ name: 'g', help: 'G.', labelNames: ['queue'] });
const histogram = new Histogram({ name: 'h', help: 'H.', labelNames: ['queue'] });
const summary = new Summary({ name: 's', help: 'S.', labelNames: ['queue'] });

// Label names are inferred without `as const`.
expectTypeOf(labelled).toEqualTypeOf<Counter<'method' | 'status'>>();
expectTypeOf(plain).toEqualTypeOf<Counter<never>>();

// Right use.
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
// @ts-expect-error le marks buckets
new Histogram({ name: 'h', help: 'H.', labelNames: ['le'] });
// @ts-expect-error quantile marks quantiles
new Summary({ name: 's', help: 'S.', labelNames: ['a', 'quantile'] });
// @ts-expect-error names that begin with __ are the server's
new Counter({ name: 'c', help: 'C.', labelNames: ['__name__'] });
// @ts-expect-error help is required
new Counter({ name: 'c' });
// @ts-expect-error initial labels must be complete
new Counter({ name: 'c', help: 'C.', labelNames: ['a', 'b'], initialLabels: [{ a: 1 }] });
// @ts-expect-error limits are per label
new Counter({ name: 'c', help: 'C.', labelNames: ['a'], labelLimit: { b: 1 } });
