import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { Counter, Gauge, Registry } from '@promwright/metrics';
import {
  type CarbonServer,
  type CarbonVersion,
  type GraphiteSeries,
  makeAuthority,
  makeCertificate,
  startCarbon,
} from '@tooling/servers';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { allTypes, expectedSamples } from '../test/all-types.ts';
import { bridgeTo } from '../test/bridge-to.ts';
import { eventually } from '../test/eventually.ts';
import { TAG_TEXTS, tagTextsRegistry } from '../test/tag-texts.ts';
import { pathNode, tagValue } from './names.ts';

const started = new Map<CarbonVersion, CarbonServer>();

beforeAll(async () => {
  const versions = ['1.1.7', '1.1'] as const;
  await Promise.all(versions.map(async (version) => started.set(version, await startCarbon({ version }))));
});
afterAll(() => Promise.all([...started.values()].map((server) => server.stop())));

/** Returns the value of the only point of a series. */
function onlyValue({ points }: GraphiteSeries): number | undefined {
  return points.length === 1 ? points[0]!.value : undefined;
}

describe.each(['1.1.7', '1.1'] as const)('Carbon %s', (version) => {
  const carbon = () => started.get(version)!;

  test.each(['tcp', 'udp', 'pickle'] as const)(
    'stores samples of every type under their paths (%s)',
    async (protocol) => {
      const port = protocol === 'pickle' ? carbon().picklePort : carbon().linePort;
      const registry = allTypes();
      const { bridge } = bridgeTo(port, { registry, protocol, prefix: `nodes.${protocol}` });

      await bridge.push();

      const expected = new Map<string, number>();
      for (const { name, labels, value } of await expectedSamples(registry)) {
        const nodes = labels.map(([label, text]) => `.${label}.${pathNode(text)}`).join('');
        expected.set(`nodes.${protocol}.${name}${nodes}`, value);
      }
      // A pattern matches paths with one number of nodes.
      const patterns = Array.from({ length: 7 }, (_, i) => `nodes.${protocol}${'.*'.repeat(i + 1)}`);
      const target = `group(${patterns.join(',')})`;
      const found = await carbon().until(
        target,
        (series) => series.filter(({ points }) => points.length > 0).length >= expected.size,
      );
      expect(new Map(found.map((series) => [series.target, onlyValue(series)]))).toEqual(expected);
      // The values on disk are equal to the last digit.
      for (const [path, value] of [...expected].filter((_, i) => i % 10 === 0)) {
        await eventually(async () => expect(await carbon().fetchWhisper(path)).toMatchObject([{ value }]));
      }
    },
  );

  test.each(['tcp', 'udp', 'pickle'] as const)(
    'stores samples of every type under their tags (%s)',
    async (protocol) => {
      const port = protocol === 'pickle' ? carbon().picklePort : carbon().linePort;
      const registry = allTypes();
      const { bridge } = bridgeTo(port, { registry, protocol, tags: { through: protocol } });

      await bridge.push();

      const expected = (await expectedSamples(registry)).map(({ name, labels, value }) => {
        const own = labels.map(([label, text]) => [label === 'name' ? 'exported_name' : label, tagValue(text)]);
        return { tags: { name, through: protocol, ...Object.fromEntries(own) }, value };
      });
      const found = await carbon().until(
        `seriesByTag('through=${protocol}')`,
        (series) => series.filter(({ points }) => points.length > 0).length >= expected.length,
      );
      const inOrder = (list: readonly object[]) => list.map((entry) => JSON.stringify(entry, sortKeys)).toSorted();
      expect(inOrder(found.map((series) => ({ tags: series.tags, value: onlyValue(series) })))).toEqual(
        inOrder(expected),
      );
    },
  );

  test('accepts any string as the value of a tag, and keeps the tags of all series', async () => {
    const { bridge } = bridgeTo(carbon().linePort, { registry: tagTextsRegistry(), tags: true });

    await bridge.push();

    const found = await carbon().until("seriesByTag('name=texts')", (series) => series.length === TAG_TEXTS.length);
    expect(new Map(found.map((series) => [series.tags.text, onlyValue(series)]))).toEqual(
      new Map(TAG_TEXTS.map((text, i) => [tagValue(text), i])),
    );
  });

  test('stores numbers that are hard to write, and infinities', async () => {
    const values = [
      0.1 + 0.2,
      5e-324,
      Number.MAX_VALUE,
      2 ** 53 - 1,
      -1e21,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ];
    const registry = new Registry();
    const gauge = new Gauge({ name: 'hard', help: 'H.', labelNames: ['i'], registry });
    values.forEach((value, i) => {
      gauge.set({ i }, value);
    });
    gauge.set({ i: 'nothing' }, Number.NaN);
    for (const protocol of ['tcp', 'pickle'] as const) {
      const port = protocol === 'pickle' ? carbon().picklePort : carbon().linePort;
      await bridgeTo(port, { registry, protocol, prefix: protocol }).bridge.push();
      await carbon().until(
        `${protocol}.hard.i.*`,
        (series) => series.length === values.length && series.every(({ points }) => points.length === 1),
      );
      for (const [i, value] of values.entries()) {
        const path = `${protocol}.hard.i.${i}`;
        await eventually(async () => expect(await carbon().fetchWhisper(path)).toMatchObject([{ value }]));
      }
      expect(await carbon().fetchWhisper(`${protocol}.hard.i.nothing`)).toBeUndefined();
    }
  });

  test('behind TLS stores all points sent until the end of a stop', async () => {
    const authority = makeAuthority('graphite');
    const proxy = createServer(makeCertificate(authority, 'proxy'), (socket: TLSSocket) => {
      const inner = connect(carbon().linePort, '127.0.0.1');
      socket
        .on('error', () => inner.destroy())
        .pipe(inner)
        .on('error', () => socket.destroy())
        .pipe(socket);
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void proxy.close());
    await once(proxy, 'listening');
    const { bridge, gauge } = bridgeTo((proxy.address() as AddressInfo).port, {
      prefix: 'tls',
      tls: { ca: authority.cert },
    });
    gauge.set(12);

    await bridge.stop();

    expect((await carbon().until('tls.level')).map(onlyValue)).toEqual([12]);
  });

  test('receives the waiting snapshots after a restart', async () => {
    const registry = new Registry();
    const counter = new Counter({ name: 'restarts_total', help: 'R.', registry });
    const { bridge, errors } = bridgeTo(carbon().linePort, { registry });
    counter.inc();
    await bridge.push();
    // Points that Carbon has not written before its end would be lost.
    await eventually(async () => expect(await carbon().fetchWhisper('restarts_total')).toHaveLength(1));
    await nextSecond();
    await carbon().stopCarbon();
    counter.inc();
    await expect(bridge.push()).rejects.toMatchObject({ code: 'PUSH_FAILED' });
    await nextSecond();

    await carbon().startCarbon();
    counter.inc();
    await bridge.push();

    const [series] = await carbon().until('restarts_total', ([found]) => found?.points.length === 3);
    expect(series!.points.map(({ value }) => value)).toEqual([1, 2, 3]);
    expect(errors.length).toBe(1);
  });
});

/** Points of one second replace each other. */
async function nextSecond(): Promise<void> {
  const second = Math.floor(Date.now() / 1000);
  while (Math.floor(Date.now() / 1000) === second) await new Promise((resolve) => setTimeout(resolve, 10));
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
