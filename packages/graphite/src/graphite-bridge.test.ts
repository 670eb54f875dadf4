import { Counter, defaultRegistry, Gauge, Registry } from '@promwright/metrics';
import { familyFromRows, type Gatherer, type MetricFamily } from '@promwright/model';
import { freePort, makeAuthority, makeCertificate } from '@tooling/servers';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { bridgeTo, manySeries, ownMetrics } from '../test/bridge-to.ts';
import { eventually } from '../test/eventually.ts';
import { datagramSink, Sink } from '../test/graphite-sink.ts';
import { GraphiteBridge } from './graphite-bridge.ts';
import type { GraphiteBridgeOptions } from './graphite-bridge-options.ts';

describe('GraphiteBridge', () => {
  test('resolves a push when all lines are sent', async () => {
    const sink = await Sink.start();
    const { bridge, gauge } = bridgeTo(sink.port);
    gauge.set(1.5);

    await bridge.push();

    expect(await sink.untilLines(1)).toEqual([expect.stringMatching(/^level 1\.5 \d{10}$/)]);
  });

  test('sends all pushes over one connection, in order', async () => {
    const sink = await Sink.start();
    const { bridge, gauge } = bridgeTo(sink.port);

    for (let i = 0; i < 5; i++) {
      gauge.set(i);
      await bridge.push();
    }
    gauge.set(5);
    await Promise.all([bridge.push(), bridge.push()]);

    await sink.untilLines(7);
    expect(sink.series).toEqual([0, 1, 2, 3, 4, 5, 5].map((value) => `level ${value}`));
    expect(sink.connections).toBe(1);
  });

  test('sends the default registry of that moment if it has no registry', async () => {
    const sink = await Sink.start();
    const bridge = new GraphiteBridge({ host: '127.0.0.1', port: sink.port });
    onTestFinished(() => bridge.stop());
    new Counter({ name: 'later_total', help: 'L.' }).inc(3);
    onTestFinished(() => defaultRegistry.clear());

    await bridge.push();

    await sink.untilLines(1);
    expect(sink.series).toEqual(['later_total 3']);
  });

  test('sends nothing for an empty registry', async () => {
    const sink = await Sink.start();
    const { bridge, registerer } = bridgeTo(sink.port, { registry: new Registry() });

    await bridge.push();

    expect(sink.text).toBe('');
    expect(await ownMetrics(registerer)).toMatchObject({ snapshots_sent_total: 1 });
  });

  test('sends at every interval after start, and a last time at stop', async () => {
    const sink = await Sink.start();
    const { bridge, gauge } = bridgeTo(sink.port, { intervalMs: 5 });

    bridge.start();
    bridge.start();
    await sink.untilLines(5);
    gauge.set(99);
    await bridge.stop();

    // All lines were read when the stop is done, because the server ends the connection after reading them.
    expect(sink.series.at(-1)).toBe('level 99');
    const { length } = sink.lines;
    await bridge.stop();
    expect(sink.lines.length).toBe(length);
    await eventually(() => expect(sink.open).toBe(0));
  });

  test('can start and push again after a stop', async () => {
    const sink = await Sink.start();
    const { bridge } = bridgeTo(sink.port, { intervalMs: 5 });
    await bridge.stop();
    await sink.untilLines(1);

    bridge.start();
    await sink.untilLines(3);
    await bridge.stop();
    const { length } = sink.lines;
    await bridge.push();

    await sink.untilLines(length + 1);
    expect(sink.connections).toBe(3);
  });

  test('sends once if stop is called twice at the same time', async () => {
    const sink = await Sink.start();
    const { bridge } = bridgeTo(sink.port);

    await Promise.all([bridge.stop(), bridge.stop()]);

    expect(sink.lines.length).toBe(1);
  });
});

describe('protocols of GraphiteBridge', () => {
  test('udp sends datagrams of whole lines that fit into a frame; a longer line has a separate datagram', async () => {
    const { port, datagrams } = await datagramSink();
    const registry = manySeries(200);
    const long = new Gauge({ name: 'long', help: 'L.', labelNames: ['text'], registry });
    long.set({ text: 'x'.repeat(3000) }, 1);
    const { bridge } = bridgeTo(port, { protocol: 'udp', registry });

    await bridge.push();

    await eventually(() => expect(datagrams.join('').match(/\n/g)?.length).toBe(201));
    expect(datagrams.every((datagram) => datagram.endsWith('\n'))).toBe(true);
    const sizes = datagrams.map((datagram) => Buffer.byteLength(datagram));
    expect(sizes.filter((size) => size > 1432).length).toBe(1);
    expect(datagrams.find((datagram) => datagram.length > 1432)).toMatch(/^long\.text\.x{3000} 1 \d+\n$/);
    // Each datagram is full: the first line of the next one would not fit.
    expect(datagrams.length).toBeLessThan(20);
  });

  test('pickle sends lists of limited size after their length', async () => {
    const chunks: Buffer[] = [];
    const sink = await Sink.start({ serve: (socket) => void socket.on('data', (chunk) => chunks.push(chunk)) });
    const { bridge, registerer } = bridgeTo(sink.port, { protocol: 'pickle', registry: manySeries(3000) });

    await bridge.push();
    await bridge.stop();

    const stream = Buffer.concat(chunks);
    let points = 0;
    for (let at = 0; at < stream.length; ) {
      const length = stream.readUInt32BE(at);
      expect(length).toBeLessThan(80_000);
      const list = stream.subarray(at + 4, at + 4 + length);
      expect(list.subarray(0, 4)).toEqual(Buffer.from([0x80, 2, 0x5d, 0x28]));
      expect(list.subarray(-2).toString()).toBe('e.');
      points += list.toString('latin1').match(/X....requests_total/gs)!.length;
      at += 4 + length;
    }
    expect(points).toBe(6000);
    expect(await ownMetrics(registerer)).toMatchObject({ points_sent_total: 6000 });
  });

  test('pickle sends bytes that Python reads as the path, the time and the value', async () => {
    const chunks: Buffer[] = [];
    const sink = await Sink.start({ serve: (socket) => void socket.on('data', (chunk) => chunks.push(chunk)) });
    const row = { labels: { k: 'ü' }, value: -1.5, timestampMs: 1_700_000_000_000 };
    const registry: Gatherer = { gather: async () => [familyFromRows({ name: 'a', type: 'gauge', rows: [row] })] };
    const { bridge } = bridgeTo(sink.port, { protocol: 'pickle', registry, tags: true });

    await bridge.push();
    await eventually(() => expect(chunks.length).toBeGreaterThan(0));

    // pickle.loads() returns [('a;k=ü', (1700000000.0, -1.5))].
    const expected = '80025d285806000000613b6b3dc3bc4741d954fc4000000047bff80000000000008686652e';
    expect(Buffer.concat(chunks).toString('hex')).toBe(`000000${(expected.length / 2).toString(16)}${expected}`);
  });

  describe('TLS', () => {
    const authority = makeAuthority('graphite');
    const certificate = makeCertificate(authority, 'server');

    test('sends lines and pickles to a trusted server', async () => {
      const sink = await Sink.start({ tls: certificate });
      const tls = { ca: authority.cert };
      const lines = bridgeTo(sink.port, { tls });
      await lines.bridge.push();
      await sink.untilLines(1);
      expect(sink.series).toEqual(['level 0']);

      await bridgeTo(sink.port, { tls, protocol: 'pickle' }).bridge.push();
      await eventually(() => expect(sink.text).toContain('(X\u0005\u0000\u0000\u0000level'));
    });

    test('is refused by a server that requests a certificate, unless the client has one', async () => {
      const sink = await Sink.start({ tls: { ...certificate, ca: authority.cert, requestCert: true } });
      const without = bridgeTo(sink.port, { tls: { ca: authority.cert } });
      // The server refuses only after the client has connected and sent data.
      await eventually(async () => {
        await without.bridge.push().catch(() => undefined);
        expect((await ownMetrics(without.registerer))['failures_total tls']).toBeGreaterThan(2);
      });
      expect(without.errors.map(({ message }) => message)).toEqual([
        expect.stringMatching(/do not agree on TLS: .*alert certificate required/),
      ]);
      expect(sink.text).toBe('');

      const own = makeCertificate(authority, 'client');
      await bridgeTo(sink.port, { tls: { ca: authority.cert, ...own } }).bridge.push();
      await sink.untilLines(1);
    });

    test.each([
      ['a server that is not trusted', { tls: certificate }, true, /do not agree on TLS: (?:self-signed|unable to)/],
      [
        'a server without TLS',
        { serve: (socket: { write(text: string): void }) => socket.write('HTTP/1.1 400 Bad Request\r\n') },
        true,
        /do not agree on TLS: /,
      ],
    ])('fails with reason tls: %s', async (_, options, tls, message) => {
      const sink = await Sink.start(options as never);
      const { bridge, registerer, errors } = bridgeTo(sink.port, { tls });

      await expect(bridge.push()).rejects.toMatchObject({ code: 'PUSH_FAILED', reason: 'tls' });
      await expect(bridge.push()).rejects.toThrow(message);

      expect(await ownMetrics(registerer)).toMatchObject({ 'failures_total tls': 2, snapshots_queued: 2 });
      expect(errors.length).toBe(1);
    });
  });
});

describe('counters as differences (counters: "delta")', () => {
  /** Returns the values of one counter that arrive. */
  function deltasTo(port: number, options: Partial<GraphiteBridgeOptions> = {}) {
    let value: number | undefined = 0;
    const registry: Gatherer = {
      async gather() {
        const local = new Registry();
        if (value !== undefined) new Counter({ name: 'c_total', help: 'C.', registry: local }).inc(value);
        return local.gather();
      },
    };
    const setup = bridgeTo(port, { registry, counters: 'delta', ...options });
    return {
      ...setup,
      async pushAt(next: number | undefined) {
        value = next;
        await setup.bridge.push();
      },
    };
  }

  test('are the increase since the last snapshot, or since zero if a counter is new or was reset', async () => {
    const sink = await Sink.start();
    const { pushAt } = deltasTo(sink.port);

    for (const value of [5, 7, 7, 3, 4, undefined, 6, 8]) await pushAt(value);

    await sink.untilLines(7);
    expect(sink.series).toEqual([5, 2, 0, 3, 1, 6, 2].map((delta) => `c_total ${delta}`));
  });

  test('are of one series if two have the same path, and the other series is counted as dropped', async () => {
    const sink = await Sink.start();
    const registry = new Registry();
    const counter = new Counter({ name: 'c_total', help: 'C.', registry, labelNames: ['path'] });
    const { bridge, registerer } = bridgeTo(sink.port, { registry, counters: 'delta' });

    for (const add of [5, 7]) {
      counter.inc({ path: '/a/b' }, add);
      counter.inc({ path: '/a_b' }, 1000);
      await bridge.push();
    }

    await sink.untilLines(2);
    expect(sink.series).toEqual(['c_total.path._a_b 5', 'c_total.path._a_b 7']);
    expect(await ownMetrics(registerer)).toMatchObject({ 'points_dropped_total path': 2 });
  });

  test('of an unsent snapshot are added to the next snapshot', async () => {
    const port = await freePort();
    const { pushAt, registerer } = deltasTo(port, { maxQueuedSnapshots: 1 });
    await expect(pushAt(5)).rejects.toThrow('cannot be reached');
    await expect(pushAt(8)).rejects.toThrow('cannot be reached');
    expect(await ownMetrics(registerer)).toMatchObject({ snapshots_dropped_total: 1, snapshots_queued: 1 });
    const sink = await Sink.start({ port });

    await pushAt(10);

    await sink.untilLines(2);
    expect(sink.series).toEqual(['c_total 8', 'c_total 2']);
  });

  test('of a snapshot that a dead server had not read are sent again unchanged', async () => {
    const first = await Sink.start({ serve: (socket) => void socket.pause() });
    const { port } = first;
    const { pushAt, registerer } = deltasTo(port);
    await pushAt(1);
    await pushAt(6);
    await first.stop();
    await eventually(async () =>
      expect(await ownMetrics(registerer)).toMatchObject({ 'failures_total connection': 1 }),
    );
    const second = await Sink.start({ port });

    await pushAt(9);
    await pushAt(11);

    await second.untilLines(4);
    expect(second.series).toEqual(['c_total 1', 'c_total 5', 'c_total 3', 'c_total 2']);
  });

  test('are the same after the connection breaks repeatedly', async () => {
    const port = await freePort();
    const { pushAt, registerer } = deltasTo(port, { maxQueuedSnapshots: 100 });
    let pushes = 0;
    for (let round = 1; round <= 3; round++) {
      const hung = await Sink.start({ port, serve: (socket) => void socket.pause() });
      for (let i = 0; i < 5; i++) {
        pushes++;
        await pushAt(2 * pushes);
      }
      await hung.stop();
      await eventually(async () => {
        expect(await ownMetrics(registerer)).toMatchObject({ 'failures_total connection': round });
      });
    }
    const sink = await Sink.start({ port });

    await pushAt(2 * pushes);

    await sink.untilLines(pushes + 1);
    expect(sink.series).toEqual([...Array.from({ length: pushes }, () => 'c_total 2'), 'c_total 0']);
  });

  test('of several waiting snapshots are each the increase since the snapshot before', async () => {
    const port = await freePort();
    const { pushAt } = deltasTo(port);
    await expect(pushAt(5)).rejects.toThrow();
    await expect(pushAt(8)).rejects.toThrow();
    const sink = await Sink.start({ port });

    await pushAt(10);

    await sink.untilLines(3);
    expect(sink.series).toEqual(['c_total 5', 'c_total 3', 'c_total 2']);
  });

  test('are sent for counts, sums and buckets too, but not for gauges and gauge histograms', async () => {
    const sink = await Sink.start();
    let times = 1;
    const registry: Gatherer = {
      async gather(): Promise<MetricFamily[]> {
        const buckets = [{ le: 1, count: 2 * times }];
        // Negative observations make the sum fall, which is no reset.
        const row = { buckets, count: 3 * times, sum: 10 - 4 * times };
        return [
          familyFromRows({ name: 'h', type: 'histogram', rows: [row] }),
          familyFromRows({ name: 'gh', type: 'gaugehistogram', rows: [row] }),
          familyFromRows({
            name: 's',
            type: 'summary',
            rows: [{ count: times, sum: -times, quantiles: [{ quantile: 0.5, value: times }] }],
          }),
          familyFromRows({ name: 'g', type: 'gauge', rows: [{ value: times }] }),
          familyFromRows({ name: 'u', type: 'unknown', rows: [{ value: times }] }),
        ];
      },
    };
    const { bridge } = bridgeTo(sink.port, { registry, counters: 'delta', tags: true });
    await bridge.push();
    const { length } = await sink.untilLines(13);
    times = 2;

    await bridge.push();

    await sink.untilLines(2 * length);
    expect(sink.series.slice(length)).toEqual([
      'h_bucket;le=1 2',
      'h_bucket;le=+Inf 3',
      'h_count 3',
      'h_sum -4',
      'gh_bucket;le=1 4',
      'gh_bucket;le=+Inf 6',
      'gh_count 6',
      'gh_sum 2',
      's;quantile=0.5 2',
      's_count 1',
      's_sum -1',
      'g 2',
      'u 2',
    ]);
    times = 1;
    await bridge.push();
    await sink.untilLines(3 * length);
    // The count fell, so the sum was reset as well, although it rose.
    expect(sink.series.slice(2 * length)).toEqual(
      expect.arrayContaining(['h_count 3', 'h_sum 6', 's_count 1', 's_sum -1']),
    );
  });
});

describe('own metrics of GraphiteBridge', () => {
  test('count the sent snapshots and show the time of the last one', async () => {
    const sink = await Sink.start();
    const { bridge, registerer } = bridgeTo(sink.port);
    const before = Date.now() / 1000;

    await bridge.push();
    await bridge.push();

    const { last_success_timestamp_seconds: at, ...rest } = await ownMetrics(registerer);
    expect(rest).toEqual({ snapshots_sent_total: 2, points_sent_total: 2 });
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now() / 1000);
  });

  test('of several bridges are in one registry, with the label server', async () => {
    const [first, second] = [await Sink.start(), await Sink.start()];
    const registerer = new Registry();
    const bridges = [first, second, second].map(({ port }) => bridgeTo(port, { registerer }).bridge);

    for (const bridge of bridges) await bridge.push();
    registerer.clear();
    bridgeTo(second.port, { registerer });

    const [sent] = await registerer.gather({ names: ['promwright_graphite_snapshots_sent_total'] });
    expect([...sent!.rows()]).toEqual([
      { labels: { server: `127.0.0.1:${first.port}` }, value: 1 },
      { labels: { server: `127.0.0.1:${second.port}` }, value: 2 },
    ]);
  });

  test('can be sent by the bridge', async () => {
    const sink = await Sink.start();
    const registry = new Registry();
    const { bridge } = bridgeTo(sink.port, { registry, registerer: registry });

    await bridge.push();
    await bridge.push();

    const server = `127_0_0_1:${sink.port}`;
    await eventually(() =>
      expect(sink.series).toContain(`promwright_graphite_snapshots_sent_total.server.${server} 1`),
    );
  });
});

test('GraphiteBridge emits a process warning for a failure without onError', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  onTestFinished(() => warn.mockRestore());
  const bridge = new GraphiteBridge({ host: '127.0.0.1', port: await freePort(), registry: new Registry() });
  onTestFinished(() => bridge.stop());

  await expect(bridge.push()).rejects.toThrow();
  await expect(bridge.push()).rejects.toThrow();

  expect(warn.mock.calls).toEqual([[expect.objectContaining({ name: 'GraphiteError', reason: 'connect' })]]);
});
