import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startVictoriaMetrics, type VictoriaMetricsServer, type VictoriaMetricsVersion } from './victoria-metrics.ts';

const started = new Map<VictoriaMetricsVersion, VictoriaMetricsServer>();
const time = Math.floor(Date.now() / 1000);

beforeAll(async () => {
  const versions = ['1.79', '1'] as const;
  await Promise.all(versions.map(async (version) => started.set(version, await startVictoriaMetrics({ version }))));
});
afterAll(() => Promise.all([...started.values()].map((server) => server.stop())));

describe.each(['1.79', '1'] as const)('VictoriaMetrics %s', (version) => {
  const server = () => started.get(version)!;

  test('reports its version', () => {
    expect(server().version).toMatch(version === '1.79' ? /^1\.79\.\d+$/ : /^1\.\d{3}\.\d+$/);
  });

  test('stores lines of Graphite with their tags, times and values', async () => {
    const socket = connect(server().graphitePort, '127.0.0.1');
    socket.end(
      `app.requests;host=a 12.5 ${time}\napp.limit;kind=least -inf ${time}\napp.limit;kind=most inf ${time}\n`,
    );

    expect(await server().until('{__name__="app.requests"}')).toEqual([
      { labels: { __name__: 'app.requests', host: 'a' }, points: [{ time, value: 12.5 }] },
    ]);
    const limits = await server().until('{__name__="app.limit"}', (series) => series.length === 2);
    expect(Object.fromEntries(limits.map(({ labels, points }) => [labels.kind, points[0]!.value]))).toEqual({
      least: Number.NEGATIVE_INFINITY,
      most: Number.POSITIVE_INFINITY,
    });
  });

  test('until rejects with the last result after its timeout', async () => {
    await expect(server().until('{__name__="never"}', undefined, { timeoutMs: 10 })).rejects.toThrow(
      '"{__name__="never"}" must reach the expected result; got []',
    );
  });
});
