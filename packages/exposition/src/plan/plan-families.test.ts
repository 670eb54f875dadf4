import { Counter, Histogram, Registry } from '@promwright/metrics';
import { createFamily, type FamilyInput, familyFromRows, type MetricFamily } from '@promwright/model';
import { describe, expect, test } from 'vitest';
import { decodeFamilies } from '../../test/decode-families.ts';
import { formatOpenMetrics, formatText } from '../format-families.ts';
import { formatProtobuf } from '../format-protobuf.ts';
import { OPENMETRICS_1_RULES } from './format-rules.ts';
import { planNow } from './plan-families.ts';

const V2 = { version: '2.0.0' } as const;

const of = (name: string, type: FamilyInput['type'], ...rows: FamilyInput['rows'] & readonly unknown[]): MetricFamily =>
  familyFromRows({ name, type, rows });
const changed = (family: MetricFamily, changes: Partial<MetricFamily>): MetricFamily =>
  createFamily({ ...family, ...changes });

/** Returns the lines of a page without HELP lines and the end. */
function lines(page: string): string[] {
  return page.split('\n').filter((line) => line !== '' && line !== '# EOF');
}

/** Returns the reasons of omitted families. */
function omittedBy(
  format: (families: MetricFamily[], options: object) => unknown,
  ...families: MetricFamily[]
): string[] {
  const reasons: string[] = [];
  format(families, { onOmitted: (_: MetricFamily, reason: string) => reasons.push(reason) });
  return reasons;
}

describe('OpenMetrics 1.0', () => {
  test.each<[string, MetricFamily, string[]]>([
    [
      'a negative counter',
      changed(of('c_total', 'counter', { value: 1 }), { values: Float64Array.of(-1) }),
      ['# TYPE c_total unknown', 'c_total -1'],
    ],
    ['an info of another value', of('a_info', 'info', { value: 2 }), ['# TYPE a_info unknown', 'a_info 2']],
    ['an info without the suffix', of('build', 'info', {}), ['# TYPE build unknown', 'build 1']],
    [
      'a histogram of fractions',
      of('h', 'histogram', { count: 1.5, sum: 1 }),
      [
        '# TYPE h_bucket unknown',
        'h_bucket{le="+Inf"} 1.5',
        '# TYPE h_sum unknown',
        'h_sum 1',
        '# TYPE h_count unknown',
        'h_count 1.5',
      ],
    ],
    [
      'a summary with a negative quantile',
      of('s', 'summary', { quantiles: [{ quantile: 0.5, value: -1 }], count: 1, sum: 2 }),
      [
        '# TYPE s unknown',
        's{quantile="0.5"} -1',
        '# TYPE s_sum unknown',
        's_sum 2',
        '# TYPE s_count unknown',
        's_count 1',
      ],
    ],
    [
      'a state set with a value of neither 0 nor 1',
      changed(of('m', 'stateset', { states: { on: true } }), { values: Float64Array.of(0.5) }),
      ['# TYPE m unknown', 'm{m="on"} 0.5'],
    ],
  ])('shows %s as single samples', (_, family, expected) => {
    expect(lines(formatOpenMetrics([family]))).toEqual(expected);
  });

  test('shows observations below 0 and of NaN as single samples', () => {
    const registry = new Registry();
    for (const [name, value] of Object.entries({ low: -1, odd: Number.NaN })) {
      new Histogram({ name, help: 'H.', registry, buckets: [1] }).observe(value);
    }

    const page = formatOpenMetrics(registry.gatherSync());

    expect(page).toContain('# TYPE low_sum unknown\n# HELP low_sum H.\nlow_sum -1\n');
    expect(page).toContain('# TYPE odd_sum unknown\n# HELP odd_sum H.\nodd_sum NaN\n');
  });

  test('shows a counter as unknown beside a gauge of its name without suffix', () => {
    expect(lines(formatOpenMetrics([of('x', 'gauge', { value: 1 }), of('x_total', 'counter', { value: 2 })]))).toEqual([
      '# TYPE x gauge',
      'x 1',
      '# TYPE x_total unknown',
      'x_total 2',
    ]);
  });

  test('shows a counter as unknown beside a gauge with its start time', () => {
    expect(
      lines(formatOpenMetrics([of('x_total', 'counter', { value: 2 }), of('x_created', 'gauge', { value: 1 })])),
    ).toEqual(['# TYPE x_total unknown', 'x_total 2', '# TYPE x_created gauge', 'x_created 1']);
  });

  test('joins the single samples of a summary with a family of the same name', () => {
    const summary = of('a', 'summary', { count: 1, sum: 2 });
    const gauge = of('a_count', 'gauge', { labels: { b: 1 }, value: 3 });

    expect(lines(formatOpenMetrics([summary, gauge]))).toEqual([
      '# TYPE a_sum unknown',
      'a_sum 2',
      '# TYPE a_count unknown',
      'a_count 1',
      'a_count{b="1"} 3',
    ]);
    expect(omittedBy(formatOpenMetrics, summary, of('a_count', 'gauge', { value: 3 }))).toEqual([
      'Family "a_count" must not have series "a_count" of an earlier family',
    ]);
  });

  test('puts the samples of a series together, in the order of time', () => {
    const family = (...timestampMs: number[]) =>
      changed(of('x', 'gauge', { labels: { a: 1 }, value: 1 }, { labels: { a: 2 }, value: 2 }), {
        size: 3,
        labelIds: Int32Array.of(0, 1, 0),
        values: Float64Array.of(1, 2, 3),
        timestampMs: Float64Array.of(...timestampMs),
      });

    expect(lines(formatOpenMetrics([family(2000, Number.NaN, 1000)]))).toEqual([
      '# TYPE x unknown',
      'x{a="1"} 3 1',
      'x{a="1"} 1 2',
      'x{a="2"} 2',
    ]);
    expect(omittedBy(formatOpenMetrics, family(1000, Number.NaN, 1000))).toEqual([
      'Family "x" must not have two series with the same labels and time',
    ]);
    expect(formatText([family(1000, Number.NaN, 1000)])).toContain('x{a="1"} 3 1000\n');
  });

  test('omits a series that differs from another one only by an empty label', () => {
    const family = changed(of('x', 'gauge', { labels: { a: 1 }, value: 1 }, { labels: { a: 2 }, value: 2 }), {
      dictionaries: [['']],
      labelIds: Int32Array.of(0, -1),
    });

    expect(omittedBy(formatOpenMetrics, family)).toHaveLength(1);
    expect(formatText([family])).toBe('# TYPE x gauge\nx{a=""} 1\nx 2\n');
  });

  test('drops exemplars and units that it cannot express, and keeps the samples', () => {
    const exemplar = (value: number, text: string, timestampMs?: number) => ({
      labels: [{ name: 't', value: text }],
      value,
      ...(timestampMs !== undefined && { timestampMs }),
    });
    const family = changed(of('h', 'histogram', { buckets: [{ le: 1, count: 1 }], count: 1, sum: 1 }), {
      unit: 'm s',
      exemplars: {
        offsets: Int32Array.of(0, 4),
        exemplars: [exemplar(1, 'x'.repeat(128)), exemplar(2, 'a'), exemplar(1, 'b', Infinity), exemplar(1, 'c', 1000)],
        buckets: Int32Array.of(0, 0, 0, 0),
      },
    });

    expect(lines(formatOpenMetrics([family])).slice(0, 2)).toEqual([
      '# TYPE h histogram',
      'h_bucket{le="1.0"} 1 # {t="c"} 1 1',
    ]);
  });
});

describe('OpenMetrics 2.0', () => {
  test('shows a histogram or summary of type unknown as it is, but single samples for a summary without a sum', () => {
    const summary = changed(of('s', 'summary', { count: 1, sum: 2 }), { type: 'unknown' });

    expect(lines(formatOpenMetrics([summary], V2))).toEqual(['# TYPE s unknown', 's {count:1,sum:2,quantile:[]}']);
    expect(lines(formatOpenMetrics([of('t', 'summary', { count: 1 })], V2))).toEqual([
      '# TYPE t_count unknown',
      't_count 1',
    ]);
  });

  test('needs no single samples for names that clash only in 1.0', () => {
    const families = [of('x', 'gauge', { value: 1 }), of('x_total', 'counter', { value: 2 })];

    expect(lines(formatOpenMetrics(families, V2))).toEqual([
      '# TYPE x gauge',
      'x 1',
      '# TYPE x_total counter',
      'x_total 2',
    ]);
  });
});

describe('text', () => {
  test('shows a histogram with a negative count as single samples', () => {
    const histogram = changed(of('h', 'histogram', { count: 1, sum: 1 }), { values: Float64Array.of(-1, 1) });

    expect(lines(formatText([histogram]))).toEqual([
      '# TYPE h_bucket untyped',
      'h_bucket{le="+Inf"} -1',
      '# TYPE h_sum untyped',
      'h_sum 1',
      '# TYPE h_count untyped',
      'h_count -1',
    ]);
  });

  test('keeps the bucket +Inf of a series without a count', () => {
    const family = of('h', 'histogram', { labels: { a: 1 }, count: 6 }, { labels: { a: 2 }, count: 7, sum: 1 });
    const layout = {
      kind: 'classic',
      width: 3,
      bounds: new Float64Array(0),
      cumulative: true,
      sum: 1,
      count: 2,
    } as const;
    const withoutCount = changed(family, {
      layout,
      values: Float64Array.of(6, 0, 0, 7, 1, 7),
      absent: Uint8Array.of(0, 1, 1, 0, 0, 0),
    });

    expect(lines(formatText([withoutCount]))).toEqual([
      '# TYPE h histogram',
      'h_bucket{a="1",le="+Inf"} 6',
      'h_bucket{a="2",le="+Inf"} 7',
      'h_sum{a="2"} 1',
      'h_count{a="2"} 7',
    ]);
  });

  test('writes every digit of a timestamp beyond 2^53, and omits a family with one beyond 2^63', () => {
    const at = (timestampMs: number) => of('x', 'gauge', { value: 1, timestampMs });

    expect(formatText([at(2 ** 62)])).toBe('# TYPE x gauge\nx 1 4611686018427387904\n');
    expect(formatText([at(0.6)])).toBe('# TYPE x gauge\nx 1 1\n');
    for (const ms of [-1, 2 ** 63, 1e22, Infinity]) {
      expect(omittedBy(formatText, at(ms))).toEqual([
        `Family "x" must have timestamps that the format can express; got ${ms} ms`,
      ]);
    }
  });

  test('keeps samples of one series in two families, where OpenMetrics cannot', () => {
    const [a, b] = [of('x', 'gauge', { value: 1 }), of('x', 'gauge', { value: 2 })];

    expect(formatText([a, b])).toBe('# TYPE x gauge\nx 1\nx 2\n');
    expect(omittedBy(formatOpenMetrics, a, b)).toEqual(['Family "x" must not have series "x" of an earlier family']);
  });

  test('joins families of one name and type, and writes those of other types as single samples', () => {
    const [a, b] = [of('x', 'gauge', { labels: { a: 1 }, value: 1 }), of('x', 'gauge', { labels: { a: 2 }, value: 2 })];

    expect(formatText([a, b])).toBe('# TYPE x gauge\nx{a="1"} 1\nx{a="2"} 2\n');
    expect(formatText([a, changed(b, { type: 'counter' })])).toBe('# TYPE x untyped\nx{a="1"} 1\nx{a="2"} 2\n');
  });

  test('omits families whose name or labels become equal by escaping', () => {
    const gauge = of('a_b', 'gauge', { labels: { a: 1, b: 2 }, value: 1 });

    expect(omittedBy(formatText, gauge, changed(gauge, { name: 'a.b' }))).toEqual([
      'Family "a.b" must not get the name "a_b" of "a_b" by escaping',
    ]);
    expect(omittedBy(formatText, changed(gauge, { labelNames: ['c.d', 'c_d'] }))).toEqual([
      'Family "a_b" must not have the label "c_d" twice after escaping',
    ]);
    expect(formatText([changed(gauge, { labelNames: ['c.d', 'c_d'] })], { version: '1.0.0' })).toContain('"c.d"="1"');
  });

  test('reports every family of a joined one', () => {
    const families = ['1', '2'].map((a) => of('a', 'summary', { labels: { a }, count: 1, sum: 2 }));
    const omitted: MetricFamily[] = [];
    formatOpenMetrics([of('a_count', 'gauge', { labels: { a: 1 }, value: 3 }), ...families], {
      onOmitted: (family) => omitted.push(family),
    });

    expect(omitted).toEqual(families);
  });

  test('omits a family with U+0000 in a quoted name, which the server refuses', () => {
    const gauge = changed(of('x', 'gauge', { value: 1 }), { name: 'x\0' });

    expect(formatText([gauge])).toBe('# TYPE x_ gauge\nx_ 1\n');
    expect(formatText([gauge], { version: '1.0.0' })).toBe('');
  });

  test('omits malformed families', () => {
    expect(
      omittedBy(formatText, changed(of('x', 'gauge', { value: 1 }), { values: new Float64Array(0) })),
    ).toHaveLength(1);
    expect(omittedBy(formatText, undefined as unknown as MetricFamily)).toHaveLength(1);
  });
});

describe('protobuf', () => {
  const decoded = (...families: MetricFamily[]) =>
    decodeFamilies(formatProtobuf(families)) as { name: string; type: string }[];

  test.each([-1, 1.5, Number.NaN, 2 ** 64, Infinity])(
    'writes a summary with the count %d as single samples',
    (count) => {
      expect(decoded(of('s', 'summary', { count, sum: 1 })).map(({ name }) => name)).toEqual(['s_sum', 's_count']);
    },
  );

  test('writes a summary or histogram without a sum as single samples', () => {
    expect(decoded(of('s', 'summary', { count: 1 })).map(({ name }) => name)).toEqual(['s_count']);
    expect(decoded(of('h', 'histogram', { count: 1 })).map(({ name }) => name)).toEqual(['h_bucket', 'h_count']);
  });

  test('writes a bucket +Inf that differs from the count', () => {
    const layout = {
      kind: 'classic',
      width: 3,
      bounds: new Float64Array(0),
      cumulative: true,
      sum: 1,
      count: 2,
    } as const;
    const family = changed(of('h', 'histogram', { count: 1, sum: 2 }), { layout, values: Float64Array.of(20, 2, 0) });

    expect(decoded(family)[0]).toMatchObject({
      metric: [{ histogram: { sum: 2, bucket: [{ count: 20, bound: Infinity }] } }],
    });
  });

  test('omits a family with a timestamp beyond 64 bits, and drops a start time that is none', () => {
    expect(omittedBy(formatProtobuf, of('x', 'gauge', { value: 1, timestampMs: 1e19 }))).toHaveLength(1);
    expect(decoded(of('c_total', 'counter', { value: 1, startMs: 1e22 }))[0]).toMatchObject({
      metric: [{ counter: { value: 1 } }],
    });
  });
});

test('families of instruments are planned without a copy, so that their output can be cached', () => {
  const registry = new Registry();
  new Counter({ name: 'x_total', help: 'X.', registry }).inc();
  const families = registry.gatherSync();

  expect(planNow(families, OPENMETRICS_1_RULES, 'underscores')[0]).toBe(families[0]);
});
