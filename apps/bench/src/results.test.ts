import { expect, test } from 'vitest';
import type { Contestant, Row, Target } from './group.ts';
import { formatResult, formatSummary } from './print-result.ts';
import { controlOf, exitCodeOf, resultOf } from './results.ts';

const contestant = (name: string): Contestant => ({ name, start: () => Promise.reject(new Error('not run')) });
const measured = [
  { name: 'ours', samples: [2, 3, 4] },
  { name: 'ours, again', samples: [2, 6, 4] },
  { name: 'theirs', samples: [80, 150, 120] },
  { name: 'raw', samples: [1, 1, 1] },
];

function rowWith(...targets: Target[]): Row {
  return { title: 'A row', unit: 'ns', contestants: [contestant('ours'), contestant('theirs')], targets };
}

test('resultOf compares every contestant with the first contestant of the same round', () => {
  const result = resultOf(rowWith(), measured);

  expect(result.contestants.map(({ name, ratio }) => [name, ratio.least, ratio.median])).toEqual([
    ['ours', 1, 1],
    ['ours, again', 1, 1],
    ['theirs', 30, 40],
    ['raw', 0.25, 1 / 3],
  ]);
  expect(controlOf(result)).toEqual({ least: 1, lowerQuartile: 1, median: 1, upperQuartile: 1.5 });
});

test.each<[target: Target, value: number, unit: string, reached: boolean]>([
  [{ kind: 'at-least', against: 'theirs', times: 40 }, 40, 'x', true],
  [{ kind: 'at-least', against: 'theirs', times: 41 }, 40, 'x', false],
  [{ kind: 'within', against: 'raw', times: 3 }, 3, 'x', true],
  [{ kind: 'within', against: 'raw', times: 2 }, 3, 'x', false],
  [{ kind: 'at-most', value: 3 }, 3, ' ns', true],
  [{ kind: 'at-most', value: 2 }, 3, ' ns', false],
  [{ kind: 'adds', over: 'raw', against: ['theirs'], times: 0.02 }, 2 / 119, 'x', true],
  [{ kind: 'adds', over: 'raw', against: ['theirs'], times: 0.01 }, 2 / 119, 'x', false],
])('resultOf judges %j by the medians', (target, value, unit, reached) => {
  const result = resultOf(rowWith(target), measured);

  expect(result.targets).toEqual([{ text: expect.any(String), value, unit, reached }]);
});

test('resultOf compares the added time with the least that others add, and with the control', () => {
  const others = [
    { name: 'steady', samples: [11, 11, 11] },
    { name: 'close', samples: [3, 5, 4] },
  ];
  const target = { kind: 'adds', over: 'raw', times: 0.5 } as const;

  const texts = [
    ['theirs', 'steady'],
    ['steady', 'close'],
  ].map((against) => resultOf(rowWith({ ...target, against }), [...measured, ...others]).targets[0]!.text);

  expect(texts).toEqual([
    'ours adds <= 0.5x of what steady does (2 and 10 ns over "raw"; 2 between the quartiles of ours against itself)',
    'ours adds <= 0.5x of what close does (2 and 3 ns over "raw"; 2 between the quartiles of ours against itself: not resolved)',
  ]);
});

test('exitCodeOf is 1 for a missed target only with --check', () => {
  const reached = resultOf(rowWith({ kind: 'at-most', value: 3 }), measured);
  const missed = resultOf(rowWith({ kind: 'at-most', value: 3 }, { kind: 'at-most', value: 2 }), measured);

  const codes = [[reached], [reached, missed]].map((results) => [
    exitCodeOf(results, false),
    exitCodeOf(results, true),
  ]);

  expect(codes).toEqual([
    [0, 0],
    [0, 1],
  ]);
});

test('resultOf throws for a target against a contestant that is not in the row', () => {
  const row = rowWith({ kind: 'at-least', against: 'nobody', times: 1 });

  expect(() => resultOf(row, measured)).toThrow('nobody');
});

test('formatResult prints a table with the control and the targets, reached or not', () => {
  const row = rowWith({ kind: 'at-least', against: 'theirs', times: 30 }, { kind: 'at-most', value: 2 });
  const result = resultOf(row, measured);

  expect(formatResult(result)).toBe(
    [
      'A row',
      '               ns, median  least  ratio to ours         quartiles   least',
      '  ours               3.00   2.00',
      '  ours, again        4.00   2.00          1.00x    1.00x .. 1.50x   1.00x',
      '  theirs              120   80.0          40.0x    35.0x .. 45.0x   30.0x',
      '  raw                1.00   1.00         0.333x  0.292x .. 0.417x  0.250x',
      '  target theirs >= 30x ours: reached, 40.0x',
      '  target ours <= 2 ns: NOT reached, 3.00 ns',
      '',
    ].join('\n'),
  );
  expect(formatSummary([result])).toBe(
    '1 of 2 targets reached in 1 row; ours against itself 1.00x .. 1.50x at the widest',
  );
});
