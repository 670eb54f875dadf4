import { parseText } from '@promwright/parser';
import { expect, test } from 'vitest';
import { diff } from './diff.ts';
import { TERMINAL_STYLE } from './style.ts';

const before = parseText('# HELP jobs Jobs.\n# TYPE jobs gauge\njobs{a="1"} 1\nold 1\n');
const after = parseText('# HELP jobs All\\njobs.\n# TYPE jobs counter\njobs{b="1"} 1\nnew 1\n');

test('diff prints a line for each difference and has exit code 1', () => {
  expect(diff(before, after)).toEqual({
    stdout: [
      '- old unknown',
      '+ new unknown',
      '~ jobs type: gauge -> counter',
      '~ jobs help: "Jobs." -> "All\\njobs."',
      '~ jobs labels: -a +b',
      '',
    ].join('\n'),
    exitCode: 1,
  });
});

test('diff prints nothing and has exit code 0 without differences', () => {
  expect(diff(before, before)).toEqual({ stdout: '', exitCode: 0 });
});

test('diff prints differences as JSON', () => {
  const { stdout, exitCode } = diff(before, after, { json: true });

  expect(JSON.parse(String(stdout))).toEqual({
    added: [{ name: 'new', type: 'unknown' }],
    removed: [{ name: 'old', type: 'unknown' }],
    changed: [
      {
        name: 'jobs',
        type: { from: 'gauge', to: 'counter' },
        help: { from: 'Jobs.', to: 'All\njobs.' },
        labels: { added: ['b'], removed: ['a'] },
      },
    ],
  });
  expect(exitCode).toBe(1);
});

test('diff prints removed metrics in red and added metrics in green', () => {
  const { stdout } = diff(parseText('a 1\n'), parseText('b 1\n'), { style: TERMINAL_STYLE });

  expect(stdout).toBe('\u001b[31m- a unknown\u001b[39m\n\u001b[32m+ b unknown\u001b[39m\n');
});
