import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { parseOpenMetricsStrictly } from './openmetrics-parser.ts';
import { temporaryFolder } from './temporary-folder.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('parseOpenMetricsStrictly reads families with their metadata, samples and exemplars', async () => {
  const text = `# TYPE jobs counter
# HELP jobs Jobs done, \\"quoted\\".
jobs_total{queue="mail"} 3.0 1700000000.5 # {trace_id="abc"} 2.5 1700000000.25
# TYPE wait_seconds gauge
# UNIT wait_seconds seconds
wait_seconds 0.25
# EOF
`;

  expect(await parseOpenMetricsStrictly(text)).toEqual({
    ok: true,
    families: [
      {
        name: 'jobs',
        type: 'counter',
        help: 'Jobs done, "quoted".',
        unit: '',
        samples: [
          {
            name: 'jobs_total',
            labels: { queue: 'mail' },
            value: 3,
            timestamp: 1700000000.5,
            exemplar: { labels: { trace_id: 'abc' }, value: 2.5, timestamp: 1700000000.25 },
          },
        ],
      },
      {
        name: 'wait_seconds',
        type: 'gauge',
        help: '',
        unit: 'seconds',
        samples: [{ name: 'wait_seconds', labels: {}, value: 0.25 }],
      },
    ],
  });
});

test('parseOpenMetricsStrictly keeps NaN, infinities, the smallest and the largest number, and non-ASCII text', async () => {
  const text = `# TYPE a gauge
a{of="nothing"} NaN
a{of="most"} +Inf
a{of="least"} -Inf
a{of="tiny"} 5e-324
a{of="huge"} 1.7976931348623157e+308
a{of="größe 🙂\\n"} 9007199254740993
# EOF
`;

  const result = await parseOpenMetricsStrictly(text);

  expect(result.ok && result.families[0]?.samples.map(({ labels, value }) => [labels.of, value])).toEqual([
    ['nothing', Number.NaN],
    ['most', Number.POSITIVE_INFINITY],
    ['least', Number.NEGATIVE_INFINITY],
    ['tiny', Number.MIN_VALUE],
    ['huge', Number.MAX_VALUE],
    ['größe 🙂\n', 9007199254740992],
  ]);
});

test.each([
  ['without an end', '# TYPE a gauge\na 1\n', 'ValueError: Missing # EOF at end'],
  ['with a counter that is negative', '# TYPE a counter\na_total -1\n# EOF\n', /^ValueError: .* cannot be negative/],
  [
    'with a unit that is not in the name',
    '# UNIT a seconds\n# EOF\n',
    'ValueError: Unit does not match metric name: a',
  ],
  [
    'with buckets that shrink',
    '# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\n# EOF\n',
    /out of order/,
  ],
])('parseOpenMetricsStrictly refuses text %s', async (_, text, error) => {
  expect(await parseOpenMetricsStrictly(text)).toEqual({ ok: false, error: expect.stringMatching(error) });
});

test('parseOpenMetricsStrictly rejects if Python cannot run the parser, and does not report invalid text', async () => {
  vi.stubEnv('PYTHON3_BIN', process.execPath);

  await expect(parseOpenMetricsStrictly('# EOF\n')).rejects.toThrow('The strict OpenMetrics parser failed');
});

test('parseOpenMetricsStrictly reports how to provide the parser on a machine without apt', async () => {
  const empty = await temporaryFolder();
  vi.stubEnv('PYTHON3_BIN', undefined);
  vi.stubEnv('PROMWRIGHT_SERVERS_CACHE', path.join(empty, 'cache'));
  vi.stubEnv('PATH', empty);

  await expect(parseOpenMetricsStrictly('# EOF\n')).rejects.toThrow(
    /^Python with prometheus_client is not available here: .* is missing; set PYTHON3_BIN=\/path\/to\/python3/,
  );
});
