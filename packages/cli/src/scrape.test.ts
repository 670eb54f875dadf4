import { parse, parseText } from '@promwright/parser';
import { expect, test } from 'vitest';
import { FORMAT_NAMES } from './document-formats.ts';
import { scrape } from './scrape.ts';

const page = [
  '# HELP jobs_total Jobs.',
  '# TYPE jobs_total counter',
  'jobs_total{queue="mail"} 3',
  '# TYPE heap_bytes gauge',
  'heap_bytes NaN',
  '# TYPE wait_seconds histogram',
  'wait_seconds_bucket{le="1"} 1',
  'wait_seconds_bucket{le="+Inf"} 2',
  'wait_seconds_sum 3',
  'wait_seconds_count 2',
  '',
].join('\n');
const families = parseText(page);

test('scrape prints text unchanged', () => {
  expect(scrape(families)).toEqual({ stdout: page, exitCode: 0 });
});

test('scrape tells the metrics that the format cannot express', () => {
  const twice = parseText('x 1\nx 2\ny 1\n');

  expect(scrape(twice, { format: 'openmetrics' })).toEqual({
    stdout: '# TYPE y unknown\ny 1\n# EOF\n',
    stderr: expect.stringMatching(/^promwright scrape: omitted "x": .+\n$/),
    exitCode: 0,
  });
});

test.each(FORMAT_NAMES)('scrape prints %s that can be parsed again', (format) => {
  const { stdout = '', exitCode } = scrape(families, { format });

  const type = format === 'openmetrics2' ? 'application/openmetrics-text; version=2.0.0' : undefined;
  expect(scrape(parse(stdout, type)).stdout).toBe(page);
  expect(exitCode).toBe(0);
});

test('scrape keeps UTF-8 names in formats that support them', () => {
  const named = parseText('{"a.b"} 1\n');

  const texts = (['text', 'text1', 'openmetrics2'] as const).map((format) => scrape(named, { format }).stdout);

  expect(
    texts.map((text) =>
      String(text)
        .split('\n')
        .find((line) => !line.startsWith('#')),
    ),
  ).toEqual(['a_b 1', '{"a.b"} 1', '{"a.b"} 1']);
});

test('scrape prints only metrics that match the names and patterns', () => {
  const { stdout } = scrape(families, { names: ['heap_bytes'], patterns: [/^WAIT/i] });

  expect(parse(stdout!).map(({ name }) => name)).toEqual(['heap_bytes', 'wait_seconds']);
});

test('scrape prints a message and has exit code 3 if no metric matches', () => {
  expect(scrape(families, { names: ['heap'] })).toEqual({
    stderr: 'promwright scrape: no metric matches --name or --match\n',
    exitCode: 3,
  });
});

test('scrape prints JSON, with strings for numbers without a JSON form', () => {
  const { stdout } = scrape(families, { json: true });

  expect(JSON.parse(String(stdout))).toEqual([
    { name: 'jobs_total', type: 'counter', help: 'Jobs.', series: [{ labels: { queue: 'mail' }, value: 3 }] },
    { name: 'heap_bytes', type: 'gauge', series: [{ labels: {}, value: 'NaN' }] },
    {
      name: 'wait_seconds',
      type: 'histogram',
      series: [
        {
          labels: {},
          buckets: [
            { le: 1, count: 1 },
            { le: '+Inf', count: 2 },
          ],
          count: 2,
          sum: 3,
        },
      ],
    },
  ]);
});
