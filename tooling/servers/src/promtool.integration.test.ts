import { describe, expect, test } from 'vitest';
import { promtoolCheckMetrics } from './promtool.ts';

describe.each(['2.42', '3'] as const)('promtool %s', (version) => {
  test('accepts a valid page', async () => {
    const page = '# HELP jobs_total Jobs done.\n# TYPE jobs_total counter\njobs_total 3\n';

    expect(await promtoolCheckMetrics(page, version)).toEqual({ exitCode: 0, output: '' });
  });

  test('reports a name that breaks a convention', async () => {
    const page = '# HELP jobs Jobs done.\n# TYPE jobs counter\njobs 3\n';

    expect(await promtoolCheckMetrics(page, version)).toEqual({
      exitCode: 3,
      output: 'jobs counter metrics should have "_total" suffix\n',
    });
  });

  test('refuses text in another format', async () => {
    const { exitCode, output } = await promtoolCheckMetrics('jobs_total three\n', version);

    expect(exitCode).toBe(1);
    expect(output).toContain('three');
  });
});
