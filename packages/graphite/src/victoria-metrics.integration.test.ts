import { Gauge, Registry } from '@promwright/metrics';
import { startVictoriaMetrics, type VictoriaMetricsServer, type VictoriaMetricsVersion } from '@tooling/servers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allTypes, expectedSamples } from '../test/all-types.ts';
import { bridgeTo } from '../test/bridge-to.ts';
import { TAG_TEXTS, tagTextsRegistry } from '../test/tag-texts.ts';
import { pathNode, tagValue } from './names.ts';

const started = new Map<VictoriaMetricsVersion, VictoriaMetricsServer>();

beforeAll(async () => {
  const versions = ['1.79', '1'] as const;
  await Promise.all(versions.map(async (version) => started.set(version, await startVictoriaMetrics({ version }))));
});
afterAll(() => Promise.all([...started.values()].map((server) => server.stop())));

/** Returns a series as one string with sorted labels. VictoriaMetrics stores some fourteen digits of a number. */
function seriesText(labels: Readonly<Record<string, string>>, value: number | undefined): string {
  return `${JSON.stringify(Object.entries(labels).toSorted())} ${value?.toPrecision(12)}`;
}

describe.each(['1.79', '1'] as const)('VictoriaMetrics %s', (version) => {
  const server = () => started.get(version)!;

  /** Returns the stored series once their number is `count`. */
  async function stored(selector: string, count: number): Promise<string[]> {
    const series = await server().until(selector, (found) => found.length >= count);
    return series
      .map(({ labels, points }) => seriesText(labels, points.length === 1 ? points[0]!.value : undefined))
      .toSorted();
  }

  test.each(['tcp', 'udp'] as const)('stores samples of every type under their tags (%s)', async (protocol) => {
    const registry = allTypes();
    const { bridge } = bridgeTo(server().graphitePort, { registry, protocol, tags: { through: protocol } });

    await bridge.push();

    const expected = (await expectedSamples(registry)).map(({ name, labels, value }) => {
      const own = labels.map(([label, text]) => [label === 'name' ? 'exported_name' : label, tagValue(text)]);
      return seriesText({ __name__: name, through: protocol, ...Object.fromEntries(own) }, value);
    });
    expect(await stored(`{through="${protocol}"}`, expected.length)).toEqual(expected.toSorted());
  });

  test('stores samples of every type under their paths', async () => {
    const registry = allTypes();
    const { bridge } = bridgeTo(server().graphitePort, { registry, prefix: 'nodes' });

    await bridge.push();

    const expected = (await expectedSamples(registry)).map(({ name, labels, value }) => {
      const nodes = labels.map(([label, text]) => `.${label}.${pathNode(text)}`).join('');
      return seriesText({ __name__: `nodes.${name}${nodes}` }, value);
    });
    expect(await stored('{__name__=~"nodes[.].*"}', expected.length)).toEqual(expected.toSorted());
  });

  test('accepts any string as the value of a tag', async () => {
    const { bridge } = bridgeTo(server().graphitePort, { registry: tagTextsRegistry(), tags: true });

    await bridge.push();

    const expected = TAG_TEXTS.map((text, i) =>
      seriesText({ __name__: 'texts', text: tagValue(text), exported_name: `${i}` }, i),
    );
    expect(await stored('{__name__="texts"}', TAG_TEXTS.length)).toEqual(expected.toSorted());
  });

  test('stores numbers that are hard to write, and infinities', async () => {
    const values = [0.1, 1e-7, 1e21, 2 ** 40 + 0.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const registry = new Registry();
    const gauge = new Gauge({ name: 'hard', help: 'H.', labelNames: ['i'], registry });
    values.forEach((value, i) => {
      gauge.set({ i }, value);
    });
    gauge.set({ i: 'nothing' }, Number.NaN);
    const { bridge } = bridgeTo(server().graphitePort, { registry, tags: true });

    await bridge.push();

    const expected = values.map((value, i) => seriesText({ __name__: 'hard', i: `${i}` }, value));
    expect(await stored('{__name__="hard"}', values.length)).toEqual(expected.toSorted());
  });
});
