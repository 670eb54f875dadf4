import { parseText } from '@promwright/parser';
import { expect, test } from 'vitest';
import { check } from './check.ts';
import { TERMINAL_STYLE } from './style.ts';

const families = parseText('# TYPE jobs counter\njobs 1\n');

test('check prints a line for each problem and has exit code 3', () => {
  const outcome = check(families);

  expect(outcome).toEqual({
    stderr: 'jobs counter metrics should have "_total" suffix\njobs no help text\n',
    exitCode: 3,
  });
});

test('check prints nothing and has exit code 0 without problems', () => {
  const outcome = check(parseText('# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total 1\n'));

  expect(outcome).toEqual({ stderr: '', exitCode: 0 });
});

test('check adds the rules of --strict and omits disabled rules', () => {
  const outcome = check(families, { strict: true, rules: { help: false, 'counter-suffix': false } });

  expect(outcome).toEqual({
    stderr: 'jobs OpenMetrics 1.0 shows a counter without "_total" suffix as unknown\n',
    exitCode: 3,
  });
});

test('check prints problems as JSON, with their rules', () => {
  const { stdout, stderr, exitCode } = check(families, { json: true, rules: { help: false } });

  expect(JSON.parse(String(stdout))).toEqual({
    problems: [{ metric: 'jobs', text: 'counter metrics should have "_total" suffix', rule: 'counter-suffix' }],
  });
  expect({ stderr, exitCode }).toEqual({ stderr: undefined, exitCode: 3 });
});

test('check escapes names, so that a page cannot control the terminal or forge a line', () => {
  const evil = parseText('# HELP "a\\nok" H.\n{"a\\nok\u001b[2J"} 1\n');

  expect(check(evil).stderr).toBe('a\\nok\\u001b[2J no help text\n');
});

test('check prints names in bold on a terminal', () => {
  expect(check(families, { rules: { help: false }, style: TERMINAL_STYLE }).stderr).toBe(
    '\u001b[1mjobs\u001b[22m counter metrics should have "_total" suffix\n',
  );
});
