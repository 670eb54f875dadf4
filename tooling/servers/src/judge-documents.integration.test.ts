import { expect, test } from 'vitest';
import { judgeDocuments, type WireDocument } from './judge-documents.ts';

const text = (body: string | Uint8Array): WireDocument => ({ body, contentType: 'text/plain; version=0.0.4' });
const openMetrics = (body: string): WireDocument => ({
  body,
  contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
});

test('judgeDocuments returns the verdict and the samples of each document', async () => {
  const now = Math.floor(Date.now() / 1000);
  const documents = [
    text(
      `# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total{job="a",queue="mail"} 3\njobs_total 4 ${now}500\n`,
    ),
    text('up{instance="b"} NaN\nup 1 \nup 2\n'),
    text('jobs_total three\n'),
    text(Uint8Array.of(0x61, 0x7b, 0x62, 0x3d, 0x22, 0xff, 0x22, 0x7d, 0x20, 0x31, 0x0a)),
    openMetrics('# TYPE wait_seconds gauge\n# UNIT wait_seconds seconds\nwait_seconds +Inf\n# EOF\n'),
    openMetrics('wait_seconds 1\n'),
    ...Array.from({ length: 300 }, (_, index) => text(`number ${index}\n`)),
  ];

  const verdicts = await judgeDocuments(documents, {
    promtool: ({ contentType, body }) => contentType.startsWith('text/plain') && !body.toString().includes('number'),
    clientPython: ({ contentType }) => !contentType.startsWith('text/plain'),
  });

  expect(verdicts[0]).toEqual({
    prometheus: {
      accepted: true,
      error: '',
      samples: expect.arrayContaining([
        { labels: { __name__: 'jobs_total' }, value: 4, timestamp: now + 0.5 },
        { labels: { __name__: 'jobs_total', job: 'a', queue: 'mail' }, value: 3 },
      ]),
      metadata: { jobs_total: { type: 'counter', help: 'Jobs.', unit: '' } },
    },
    promtool: { exitCode: 0, output: '' },
  });
  expect(verdicts[1]?.prometheus.accepted).toBe(true);
  expect(verdicts[1]?.prometheus.samples).toContainEqual({
    labels: { __name__: 'up', instance: 'b' },
    value: Number.NaN,
  });
  expect(verdicts[1]?.promtool?.exitCode).toBe(1);
  expect(verdicts[2]?.prometheus).toEqual({
    accepted: false,
    error: expect.stringContaining('three'),
    samples: [],
    metadata: {},
  });
  expect(verdicts[2]?.promtool).toEqual({ exitCode: 1, output: expect.stringContaining('three') });
  expect(verdicts[3]?.prometheus.error).toContain('invalid UTF-8');
  expect(verdicts[3]?.promtool?.exitCode).toBe(1);
  expect(verdicts[4]?.prometheus.samples).toEqual([
    { labels: { __name__: 'wait_seconds' }, value: Number.POSITIVE_INFINITY },
  ]);
  expect(verdicts[4]?.clientPython).toMatchObject({ ok: true, families: [{ name: 'wait_seconds', unit: 'seconds' }] });
  expect(verdicts[5]?.prometheus.accepted).toBe(false);
  expect(verdicts[5]?.clientPython).toEqual({ ok: false, error: expect.stringContaining('EOF') });
  expect(verdicts.slice(6).map(({ prometheus }) => prometheus.samples)).toEqual(
    Array.from({ length: 300 }, (_, index) => [{ labels: { __name__: 'number' }, value: index }]),
  );
  expect(verdicts[6]).not.toHaveProperty('promtool');
  expect(verdicts[6]).not.toHaveProperty('clientPython');
});
