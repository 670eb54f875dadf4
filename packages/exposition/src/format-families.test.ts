import { Counter, Gauge, Histogram, Registry, Summary } from '@promwright/metrics';
import { createFamily, familyFromRows } from '@promwright/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { everyType } from '../test/every-type.ts';
import { formatOpenMetrics, formatText } from './format-families.ts';

test('formatText writes every type as text 0.0.4, and omits a family with a time before 1970', () => {
  expect(formatText(everyType())).toBe(String.raw`# HELP served_total Two\nlines, "quotes" and \\.
# TYPE served_total counter
served_total{path="C:\\dir \"x\"\nnew",zone="ä"} 1.5
# HELP odd_counter No suffix.
# TYPE odd_counter counter
odd_counter 3
# HELP temperature_celsius T.
# TYPE temperature_celsius gauge
temperature_celsius{at=""} -1e-7
# HELP duration_seconds D.
# TYPE duration_seconds histogram
duration_seconds_bucket{a="x",le="0.1"} 1
duration_seconds_bucket{a="x",le="1"} 3
duration_seconds_bucket{a="x",le="10"} 3
duration_seconds_bucket{a="x",le="+Inf"} 4
duration_seconds_sum{a="x"} 21.25
duration_seconds_count{a="x"} 4
# HELP size_bytes S.
# TYPE size_bytes summary
size_bytes{quantile="0.5"} 7
size_bytes{quantile="1"} NaN
size_bytes_sum 9
size_bytes_count 2
# HELP queue Q.
# TYPE queue histogram
queue_bucket{le="5"} 1
queue_bucket{le="+Inf"} 2
queue_sum 11
queue_count 2
# HELP app_info I.
# TYPE app_info gauge
app_info{version="1.2"} 1
# HELP mode M.
# TYPE mode gauge
mode{node="n",mode="up"} 1
mode{node="n",mode="down"} 0
`);
});

test('formatOpenMetrics writes every type as OpenMetrics 1.0', () => {
  expect(formatOpenMetrics(everyType())).toBe(String.raw`# TYPE served counter
# HELP served Two\nlines, \"quotes\" and \\.
served_total{path="C:\\dir \"x\"\nnew",zone="ä"} 1.5
# TYPE odd_counter unknown
# HELP odd_counter No suffix.
odd_counter 3
# TYPE temperature_celsius gauge
# UNIT temperature_celsius celsius
# HELP temperature_celsius T.
temperature_celsius{at=""} -1e-7
# TYPE duration_seconds histogram
# UNIT duration_seconds seconds
# HELP duration_seconds D.
duration_seconds_bucket{a="x",le="0.1"} 1
duration_seconds_bucket{a="x",le="1.0"} 3
duration_seconds_bucket{a="x",le="10.0"} 3
duration_seconds_bucket{a="x",le="+Inf"} 4
duration_seconds_sum{a="x"} 21.25
duration_seconds_count{a="x"} 4
# TYPE size_bytes summary
# HELP size_bytes S.
size_bytes{quantile="0.5"} 7
size_bytes{quantile="1.0"} NaN
size_bytes_sum 9
size_bytes_count 2
# TYPE queue gaugehistogram
# HELP queue Q.
queue_bucket{le="5.0"} 1
queue_bucket{le="+Inf"} 2
queue_gsum 11
queue_gcount 2
# TYPE app info
# HELP app I.
app_info{version="1.2"} 1
# TYPE mode stateset
# HELP mode M.
mode{node="n",mode="up"} 1
mode{node="n",mode="down"} 0
# TYPE thing unknown
thing +Inf 1700000000.123
thing{a="b"} -Inf -0.005
# EOF
`);
});

describe('families of a registry', () => {
  test('are written with their constant labels in front', async () => {
    const registry = new Registry({ prefix: 'app_', labels: { zone: 'a' } });
    const histogram = new Histogram({
      name: 'h',
      help: 'H.',
      registry,
      buckets: [0.5, 1],
      labelNames: ['m'],
      constLabels: { c: '1' },
    });
    histogram.observe({ m: 'GET' }, 0.5);
    histogram.observe({ m: 'GET' }, 0.7);
    histogram.observe({ m: 'GET' }, 2);
    new Summary({ name: 's', help: 'S.', registry }).observe(1.5);
    new Counter({ name: 'unused_total', help: 'U.', registry, labelNames: ['a'] });

    expect(formatText(await registry.gather())).toBe(`# HELP app_h H.
# TYPE app_h histogram
app_h_bucket{zone="a",c="1",m="GET",le="0.5"} 1
app_h_bucket{zone="a",c="1",m="GET",le="1"} 2
app_h_bucket{zone="a",c="1",m="GET",le="+Inf"} 3
app_h_sum{zone="a",c="1",m="GET"} 3.2
app_h_count{zone="a",c="1",m="GET"} 3
# HELP app_s S.
# TYPE app_s summary
app_s_sum{zone="a"} 1.5
app_s_count{zone="a"} 1
`);
  });

  test('are not changed by formatting, in any order of formats', async () => {
    const registry = new Registry();
    new Counter({ name: 'reqs_total', help: 'R.', registry }).inc();
    const families = await registry.gather();
    const [text, openMetrics] = [formatText(families), formatOpenMetrics(families)];

    for (let i = 0; i < 100; i++) {
      expect(formatOpenMetrics(families)).toBe(openMetrics);
      expect(formatText(families)).toBe(text);
    }
    expect(text).toBe('# HELP reqs_total R.\n# TYPE reqs_total counter\nreqs_total 1\n');
  });

  test('stay on separate lines if label values are hostile', async () => {
    const hostile = [
      '"} 1\nevil_metric 666 #',
      '\\',
      '\\n',
      '\\"',
      '"',
      '\n',
      '\r',
      '\u2028',
      '\0',
      '\ud800',
      'a\udc00b',
      '{}',
      ',',
    ];
    const registry = new Registry();
    const counter = new Counter({ name: 'c_total', help: 'C.', registry, labelNames: ['v'] });
    for (const v of hostile) counter.inc({ v });

    const lines = formatText(await registry.gather()).split('\n');

    expect(lines).toHaveLength(2 + new Set(hostile.map((v) => v.toWellFormed())).size + 1);
    expect(lines.slice(2, -1).every((line) => /^c_total\{v="(?:[^"\\\n]|\\[\\"n])*"\} \d$/.test(line))).toBe(true);
    expect(lines.join('').isWellFormed()).toBe(true);
  });
});

describe('numbers', () => {
  test('are formatted as the shortest decimal that parses to the same double', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        const gauge = new Gauge({ name: 'g', help: 'G.', registry: null });
        gauge.set(value);

        const [, text = ''] = /^g (\S+)$/m.exec(formatText(gauge.collect())) ?? [];

        expect(text).toMatch(/^(?:NaN|[+-]Inf|-?\d+(?:\.\d+)?(?:e[+-]\d+)?)$/);
        const back = text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text);
        // Negative zero is written as 0, like in all writers.
        expect(back).toBe(Object.is(value, -0) ? 0 : value);
      }),
    );
  });
});

describe('names outside the classic character set', () => {
  const family = createFamily({
    ...familyFromRows({
      name: 'x',
      type: 'histogram',
      help: 'H.',
      rows: [{ labels: { a: 'b' }, buckets: [{ le: 1, count: 1 }], count: 2, sum: 3 }],
    }),
    name: 'http.server "x"',
    labelNames: ['user.id'],
  });

  test('are escaped for a client that does not support them', () => {
    expect(formatText([family])).toBe(`# HELP http_server__x_ H.
# TYPE http_server__x_ histogram
http_server__x__bucket{user_id="b",le="1"} 1
http_server__x__bucket{user_id="b",le="+Inf"} 2
http_server__x__sum{user_id="b"} 3
http_server__x__count{user_id="b"} 2
`);
  });

  test('are quoted for a client that supports them', () => {
    expect(
      formatOpenMetrics([family], { escaping: 'allow-utf-8' }),
    ).toBe(String.raw`# TYPE "http.server \"x\"" histogram
# HELP "http.server \"x\"" H.
{"http.server \"x\"_bucket","user.id"="b",le="1.0"} 1
{"http.server \"x\"_bucket","user.id"="b",le="+Inf"} 2
{"http.server \"x\"_sum","user.id"="b"} 3
{"http.server \"x\"_count","user.id"="b"} 2
# EOF
`);
  });
});

test('no families are formatted as an empty string, and as only the end in OpenMetrics', () => {
  expect([formatText([]), formatOpenMetrics([])]).toEqual(['', '# EOF\n']);
});
