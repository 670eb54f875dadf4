import { formatText } from '@promwright/exposition';
import { Counter, Gauge, Histogram, Info, Registry, StateSet, Summary } from '@promwright/metrics';
import { familyFromRows, type MetricFamily } from '@promwright/model';
import { promtoolCheckMetrics } from '@tooling/servers';
import { describe, expect, test } from 'vitest';
import { promtoolCorpus } from '../test/promtool-corpus.ts';
import { readText } from '../test/read-text.ts';
import { lint } from './lint.ts';
import type { LintOptions } from './lint-options.ts';

/** Returns the output and the exit code of promtool for the problems that `lint` finds. */
function verdict(families: Iterable<MetricFamily>, options?: LintOptions): { exitCode: number; output: string } {
  const problems = lint(families, options);
  return {
    exitCode: problems.length > 0 ? 3 : 0,
    output: problems.map(({ metric, text }) => `${metric} ${text}\n`).join(''),
  };
}

describe('lint of a page', () => {
  test.each(promtoolCorpus)('reports the problems of promtool 3 for $title', async ({ text }) => {
    expect(verdict(readText(text))).toEqual(await promtoolCheckMetrics(text, '3'));
  });

  test.each(promtoolCorpus)('reports the problems of promtool 2.42 for $title, or more', async ({ text, older }) => {
    const theirs = await promtoolCheckMetrics(text, '2.42');

    const known = older ?? [verdict(readText(text)).output];
    expect(known).toContain(theirs.output);
    expect(theirs.exitCode).toBe(theirs.output === '' ? 0 : 3);
  });
});

describe('lint of every pair of words in a name', () => {
  const words = [
    ...['total', 'count', 'sum', 'bucket', 'info', 'created', 'Total', 'fooBar', 'a:b', 'X', 'y', ''],
    ...['counter', 'gauge', 'histogram', 'summary', 'untyped', 'unknown', 'Counter'],
    ...[
      'seconds',
      'bytes',
      'celsius',
      'metres',
      'kelvin',
      'volts',
      'ratio',
      'days',
      'bits',
      'yards',
      'rankine',
      'ounces',
    ],
    ...['nanoseconds', 'kilobytes', 'mibibits', 'mebibytes', 'kilo', 'decimeters', 'decametres', 'millimillivolts'],
    ...['s', 'ms', 'us', 'ns', 'sec', 'b', 'kb', 'mb', 'gb', 'tb', 'pb', 'm', 'h', 'd', 'min', 'KB'],
  ];

  function page(type: string): string {
    const suffix = type === 'histogram' || type === 'summary' ? '_count' : '';
    return words
      .flatMap((first) => words.map((second) => `x_${first}_${second}`))
      .map((name) => `# TYPE ${name} ${type}\n${name}${suffix} 1\n`)
      .join('');
  }

  test.each(['counter', 'gauge', 'histogram', 'summary', 'untyped'])(
    'reports the problems of promtool 3: %s',
    async (type) => {
      const text = page(type);

      expect(verdict(readText(text))).toEqual(await promtoolCheckMetrics(text, '3'));
    },
  );

  test.each(['counter', 'gauge', 'histogram', 'summary', 'untyped'])(
    'reports the problems of promtool 2.42, except for types and units: %s',
    async (type) => {
      const text = page(type);

      const theirs = await promtoolCheckMetrics(text, '2.42');

      const comparable = theirs.output.replaceAll(
        /^\S+ (?:use base unit|metric name should not include type) .*\n/gm,
        '',
      );
      expect(verdict(readText(text), { rules: { 'base-units': false, 'type-in-name': false } }).output).toBe(
        comparable,
      );
    },
  );
});

test('lint reports for families of every type the problems of promtool for their text', async () => {
  const registry = new Registry({ labels: { appName: 'shop' } });
  new Counter({ name: 'jobs', help: 'J.', registry, labelNames: ['kindOf'] }).inc({ kindOf: 'a' });
  new Gauge({ name: 'heap_total', help: 'H.', registry, constLabels: { zoneId: '1' } }).set(1);
  new Histogram({ name: 'wait_histogram_ms', help: 'W.', registry, labelNames: ['a'] }).observe({ a: '' }, 1);
  new Summary({ name: 'size_bucket', help: 'S.', registry, quantiles: [0.5] }).observe(1);
  new Info({ name: 'app_gauge_info', help: 'I.', registry }).set({ goVersion: '1', other: '2' });
  new StateSet({ name: 'phaseOf_gauge', help: 'P.', registry, states: ['a', 'b', 'c'] }).set('a');
  new Counter({ name: 'never_seen', help: 'N.', registry, labelNames: ['a'] });
  const families = [
    ...(await registry.gather()),
    familyFromRows({ name: 'queue_count', type: 'gaugehistogram', help: ' \t', rows: [{ count: 1 }] }),
    familyFromRows({ name: 'odd_sum_total', type: 'unknown', rows: [{ value: 1 }, { labels: { aB: 1 }, value: 1 }] }),
  ];

  const ours = verdict(families);

  expect(ours).toEqual(await promtoolCheckMetrics(formatText(families), '3'));
  expect(ours.output.split('\n').length).toBeGreaterThan(20);
});
