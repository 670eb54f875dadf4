import { parseText } from '@promwright/parser';
import { expect, test } from 'vitest';
import { top } from './top.ts';

const families = parseText(
  'big{a="1",b="x"} 1\nbig{a="2",b="x"} 1\nbig{a="3",b="y"} 1\nmiddle{a="4"} 1\nmiddle{a="4",c="1"} 1\nsmall 1\n',
);

test('top prints the metrics with the most series and the labels with the most values', () => {
  expect(top(families, { limit: 2 })).toEqual({
    stdout: [
      'METRIC  TYPE     SERIES   SHARE  VALUES OF LABELS',
      'big     unknown       3   50.0%  a=3 b=2',
      'middle  unknown       2   33.3%  a=1 c=1',
      '',
      'LABEL  VALUES  SERIES   SHARE',
      'a           4       5   83.3%',
      'b           2       3   50.0%',
      '',
      '6 series of 3 metrics',
      '',
    ].join('\n'),
    stderr: '',
    exitCode: 0,
  });
});

test('top prints zero for a page without metrics', () => {
  expect(top([])).toEqual({ stdout: '0 series of 0 metrics\n', stderr: '', exitCode: 0 });
});

test('top prints metrics over their budget, also unlisted ones, and has exit code 3', () => {
  const { stderr, exitCode } = top(families, { limit: 1, budget: { default: 1, metrics: { big: 3 } } });

  expect(stderr).toBe('middle has 2 series, over its budget of 1\n');
  expect(exitCode).toBe(3);
});

test('top prints counts and metrics over budget as JSON', () => {
  const { stdout, exitCode } = top(families, { limit: 1, budget: { default: 2 }, json: true });

  expect(JSON.parse(String(stdout))).toEqual({
    series: 6,
    metricCount: 3,
    metrics: [
      {
        name: 'big',
        type: 'unknown',
        series: 3,
        labels: [
          { name: 'a', values: 3 },
          { name: 'b', values: 2 },
        ],
      },
    ],
    labels: [{ name: 'a', values: 4, series: 5 }],
    overBudget: [{ name: 'big', series: 3, budget: 2 }],
  });
  expect(exitCode).toBe(3);
});
