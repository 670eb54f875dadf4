import { judgeDocuments, promtoolCheckMetrics } from '@tooling/servers';
import { describe, expect, test } from 'vitest';
import { judgedPages, lostPages, refusedPages } from '../test/check-pages.ts';
import { spawnCommand } from '../test/spawn-command.ts';

describe.each(['3', '2.42'] as const)('promtool %s', (version) => {
  test.each(judgedPages)(
    'prints the same and has the same exit code as promwright check for $title',
    async ({ text }) => {
      const theirs = await promtoolCheckMetrics(text, version);

      const { exitCode, stdout, stderr } = await spawnCommand(['check'], text);

      expect({ exitCode, output: stdout + stderr }).toEqual(theirs);
    },
  );

  test.each(refusedPages)(
    'has the same exit code and line of the error as promwright check for $title',
    async ({ text, line }) => {
      const theirs = await promtoolCheckMetrics(text, version);

      const { exitCode, stdout, stderr } = await spawnCommand(['check'], text);

      expect(theirs.output).toContain(`text format parsing error in line ${line}:`);
      expect(stderr).toContain(`standard input:${line}:`);
      expect({ exitCode, stdout }).toEqual({ exitCode: theirs.exitCode, stdout: '' });
    },
  );
});

test('promwright check refuses pages that promtool takes and Prometheus’ server refuses', async () => {
  const verdicts = await judgeDocuments(
    lostPages.map(({ text }) => ({ body: text, contentType: 'text/plain; version=0.0.4' })),
    { promtool: () => true },
  );
  const results = await Promise.all(lostPages.map(({ text }) => spawnCommand(['check'], text)));

  expect(verdicts.map(({ prometheus, promtool }) => [prometheus.accepted, promtool!.exitCode === 1])).toEqual(
    lostPages.map(() => [false, false]),
  );
  expect(results.map(({ exitCode, stderr }) => [exitCode, /standard input:(\d+):/.exec(stderr)?.[1]])).toEqual(
    lostPages.map(({ line }) => [1, String(line)]),
  );
});
