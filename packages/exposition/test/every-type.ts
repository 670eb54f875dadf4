import { familyFromRows, type MetricFamily } from '@promwright/model';

/** Returns one family of every type, with labels that need escaping. */
export function everyType(): readonly MetricFamily[] {
  const labels = { path: 'C:\\dir "x"\nnew', zone: 'ä' };
  return [
    familyFromRows({
      name: 'served_total',
      type: 'counter',
      help: 'Two\nlines, "quotes" and \\.',
      rows: [{ labels, value: 1.5 }],
    }),
    familyFromRows({ name: 'odd_counter', type: 'counter', help: 'No suffix.', rows: [{ value: 3 }] }),
    familyFromRows({
      name: 'temperature_celsius',
      type: 'gauge',
      unit: 'celsius',
      help: 'T.',
      rows: [{ labels: { at: '' }, value: -1e-7 }],
    }),
    familyFromRows({
      name: 'duration_seconds',
      type: 'histogram',
      help: 'D.',
      unit: 'seconds',
      rows: [
        {
          labels: { a: 'x' },
          buckets: [
            { le: 0.1, count: 1 },
            { le: 1, count: 3 },
            { le: 10, count: 3 },
            { le: Infinity, count: 4 },
          ],
          sum: 21.25,
        },
      ],
    }),
    familyFromRows({
      name: 'size_bytes',
      type: 'summary',
      help: 'S.',
      rows: [
        {
          quantiles: [
            { quantile: 0.5, value: 7 },
            { quantile: 1, value: Number.NaN },
          ],
          count: 2,
          sum: 9,
        },
      ],
    }),
    familyFromRows({
      name: 'queue',
      type: 'gaugehistogram',
      help: 'Q.',
      rows: [{ buckets: [{ le: 5, count: 1 }], count: 2, sum: 11 }],
    }),
    familyFromRows({ name: 'app_info', type: 'info', help: 'I.', rows: [{ labels: { version: '1.2' } }] }),
    familyFromRows({
      name: 'mode',
      type: 'stateset',
      help: 'M.',
      rows: [{ labels: { node: 'n' }, states: { up: true, down: false } }],
    }),
    familyFromRows({
      name: 'thing',
      type: 'unknown',
      rows: [
        { value: Infinity, timestampMs: 1_700_000_000_123 },
        { labels: { a: 'b' }, value: -Infinity, timestampMs: -5 },
      ],
    }),
    familyFromRows({ name: 'empty', type: 'gauge', help: 'Nothing.', rows: [] }),
  ];
}
