import { Counter, Gauge, Histogram, Registry, Summary } from '@promwright/metrics';
import { parseOpenMetricsStrictly, promtoolCheckMetrics } from '@tooling/servers';
import { expect, test } from 'vitest';
import { everyType } from '../test/every-type.ts';
import { formatOpenMetrics, formatText } from './format-families.ts';

function busyRegistry(): Registry {
  const registry = new Registry({ labels: { app: 'shop "1"' } });
  const requests = new Counter({ name: 'requests_total', help: 'Requests "served".', registry, labelNames: ['path'] });
  for (const path of ['/', 'C:\\x', 'a\nb', '"', '', 'ä\ud800', '{},']) requests.inc({ path }, 0.1);
  new Gauge({ name: 'temperature_celsius', help: 'T.', unit: 'celsius', registry }).set(Number.NaN);
  const duration = new Histogram({
    name: 'duration_seconds',
    help: 'D.',
    unit: 'seconds',
    registry,
    labelNames: ['a'],
  });
  for (const value of [0.001, 0.3, 7, 1e9]) duration.observe({ a: 'x' }, value);
  new Histogram({
    name: 'tiny',
    help: 'Bounds that are written with exponents.',
    registry,
    buckets: [1e-9, 1e-5, 1e6, 1e21],
  }).observe(1);
  new Summary({ name: 'size_bytes', help: 'S.', registry }).observe(1e300);
  return registry;
}

test('a strict parser of OpenMetrics reads the measured values from the text', async () => {
  const families = await busyRegistry().gather();

  const result = await parseOpenMetricsStrictly(formatOpenMetrics(families));

  expect(result).toMatchObject({ ok: true });
  const read = result.ok ? result.families : [];
  expect(read.map(({ name, type, unit }) => [name, type, unit])).toEqual([
    ['requests', 'counter', ''],
    ['temperature_celsius', 'gauge', 'celsius'],
    ['duration_seconds', 'histogram', 'seconds'],
    ['tiny', 'histogram', ''],
    ['size_bytes', 'summary', ''],
  ]);
  expect(read[0]!.help).toBe('Requests "served".');
  expect(read[0]!.samples.map(({ name, labels, value }) => [name, labels.app, labels.path, value])).toEqual(
    ['/', 'C:\\x', 'a\nb', '"', '', 'ä\ufffd', '{},'].map((path) => ['requests_total', 'shop "1"', path, 0.1]),
  );
  expect(read[1]!.samples[0]!.value).toBeNaN();
  expect(read[2]!.samples.filter(({ name }) => name === 'duration_seconds_bucket').map(({ value }) => value)).toEqual([
    1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 4,
  ]);
  expect(read[2]!.samples.slice(-2).map(({ name, value }) => [name, value])).toEqual([
    ['duration_seconds_sum', 0.001 + 0.3 + 7 + 1e9],
    ['duration_seconds_count', 4],
  ]);
});

test('a strict parser of OpenMetrics accepts every type of family', async () => {
  expect(await parseOpenMetricsStrictly(formatOpenMetrics(everyType()))).toMatchObject({ ok: true });
  expect(await parseOpenMetricsStrictly(formatOpenMetrics([]))).toEqual({ ok: true, families: [] });
});

test.each(['2.42', '3'] as const)('promtool %s finds no problem in the text of well-named metrics', async (version) => {
  const text = formatText(await busyRegistry().gather());

  expect(await promtoolCheckMetrics(text, version)).toEqual({ exitCode: 0, output: '' });
});
