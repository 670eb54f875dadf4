import { parseText } from '@promwright/parser';
import { expect, test } from 'vitest';
import { check } from './check.ts';
import { TERMINAL_STYLE } from './style.ts';

const families = parseText('# TYPE jobs counter\njobs 1\n');

test('prints a line for each problem and ends with 3', () => {
  const outcome = check(families);

  expect(outcome).toEqual({
    stderr: 'jobs counter metrics should have "_total" suffix\njobs no help text\n',
    exitCode: 3,
  });
});

test('says nothing and ends with 0 where there is no problem', () => {
  const outcome = check(parseText('# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total 1\n'));

  expect(outcome).toEqual({ stderr: '', exitCode: 0 });
});

test('adds our own rules when it is strict, and leaves out what is switched off', () => {
  const outcome = check(families, { strict: true, rules: { help: false, 'counter-suffix': false } });

  expect(outcome).toEqual({
    stderr: 'jobs OpenMetrics 1.0 shows a counter without "_total" suffix as unknown\n',
    exitCode: 3,
  });
});

test('gives problems as JSON, with their rules', () => {
  const { stdout, stderr, exitCode } = check(families, { json: true, rules: { help: false } });

  expect(JSON.parse(String(stdout))).toEqual({
    problems: [{ metric: 'jobs', text: 'counter metrics should have "_total" suffix', rule: 'counter-suffix' }],
  });
  expect({ stderr, exitCode }).toEqual({ stderr: undefined, exitCode: 3 });
});

test('shows names so that a page cannot reach the terminal or forge a line', () => {
  const evil = parseText('# HELP "a\\nok" H.\n{"a\\nok\u001b[2J"} 1\n');

  expect(check(evil).stderr).toBe('a\\nok\\u001b[2J no help text\n');
});

test('makes names bold for people', () => {
  expect(check(families, { rules: { help: false }, style: TERMINAL_STYLE }).stderr).toBe(
    '\u001b[1mjobs\u001b[22m counter metrics should have "_total" suffix\n',
  );
});
