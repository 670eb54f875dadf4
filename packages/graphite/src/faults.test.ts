import type { Socket } from 'node:net';
import { Gauge } from '@promwright/metrics';
import { familyFromRows, type Gatherer, type MetricFamily } from '@promwright/model';
import { freePort, makeAuthority, makeCertificate } from '@tooling/servers';
import { beforeAll, describe, expect, test } from 'vitest';
import { bridgeTo, manySeries, ownMetrics } from '../test/bridge-to.ts';
import { eventually } from '../test/eventually.ts';
import { type Serve, Sink } from '../test/graphite-sink.ts';
import { compile, runProgram } from '../test/run-program.ts';

/** Reads nothing. */
const hanging: Serve = (socket) => void socket.pause();
/** Series for more bytes than the buffers of the system accept. */
const MANY = 200_000;

describe('GraphiteBridge with a server that is away at the start', () => {
  test('sends the waiting snapshots in order once the server is up', async () => {
    const port = await freePort();
    const { bridge, gauge, registerer, errors } = bridgeTo(port);
    for (const level of [1, 2, 3]) {
      gauge.set(level);
      await expect(bridge.push()).rejects.toMatchObject({ code: 'PUSH_FAILED', reason: 'connect' });
    }
    expect(await ownMetrics(registerer)).toEqual({ 'failures_total connect': 3, snapshots_queued: 3 });

    const sink = await Sink.start({ port });
    gauge.set(4);
    await bridge.push();

    await sink.untilLines(4);
    expect(sink.series).toEqual(['level 1', 'level 2', 'level 3', 'level 4']);
    expect(await ownMetrics(registerer)).toMatchObject({ snapshots_sent_total: 4, points_sent_total: 4 });
    expect(await ownMetrics(registerer)).not.toHaveProperty('snapshots_queued');
    expect(errors.map(({ message }) => message)).toEqual([
      `Graphite at 127.0.0.1:${port} cannot be reached: connect ECONNREFUSED 127.0.0.1:${port}`,
    ]);
  });

  test('retries after growing times, not at every interval', async () => {
    const port = await freePort();
    const { bridge, registerer, errors } = bridgeTo(port, { intervalMs: 5, maxQueuedSnapshots: 4 });

    bridge.start();
    await eventually(async () => {
      expect((await ownMetrics(registerer)).snapshots_dropped_total).toBeGreaterThan(20);
    });
    const { 'failures_total connect': attempts, snapshots_queued: queued } = await ownMetrics(registerer);
    const sink = await Sink.start({ port });
    await sink.untilLines(10);

    // Twenty snapshots take a tenth of a second; the first wait is at least a quarter of a second.
    expect(attempts).toBeLessThan(20);
    expect(queued).toBeLessThanOrEqual(4);
    expect(errors.length).toBe(1);
    expect((await ownMetrics(registerer)).snapshots_queued ?? 0).toBeLessThanOrEqual(1);
  });

  test('drops the oldest snapshots whole when too many wait, and rejects their pushes', async () => {
    const port = await freePort();
    const { bridge, gauge, registerer } = bridgeTo(port, { maxQueuedSnapshots: 2 });
    for (const level of [1, 2, 3, 4]) {
      gauge.set(level);
      await expect(bridge.push()).rejects.toThrow('cannot be reached');
    }
    expect(await ownMetrics(registerer)).toMatchObject({ snapshots_dropped_total: 2, snapshots_queued: 2 });

    const sink = await Sink.start({ port });
    await bridge.push();

    await sink.untilLines(3);
    // The current snapshot is not counted as waiting.
    expect(sink.series).toEqual(['level 3', 'level 4', 'level 4']);
  });
});

describe('GraphiteBridge with a server that is restarted', () => {
  test('loses nothing if the restart is between two pushes', async () => {
    const first = await Sink.start();
    const { port } = first;
    const { bridge, gauge, errors } = bridgeTo(port);
    gauge.set(1);
    await bridge.push();
    await first.untilLines(1);
    await first.stop();
    gauge.set(2);
    await expect(bridge.push()).rejects.toMatchObject({ code: 'PUSH_FAILED' });
    const second = await Sink.start({ port });

    gauge.set(3);
    await bridge.push();

    await second.untilLines(3);
    // The connection was reset, so the client cannot know that the first snapshot was read.
    expect(second.series).toEqual(['level 1', 'level 2', 'level 3']);
    expect(errors.length).toBe(1);
  });

  test('sends unread snapshots again', async () => {
    const first = await Sink.start({ serve: hanging });
    const { port } = first;
    const { bridge, gauge, registerer, errors } = bridgeTo(port, { intervalMs: 1000 });
    gauge.set(1);
    await bridge.push();
    bridge.start();
    await first.stop();
    await eventually(() => expect(errors.length).toBe(1));

    const second = await Sink.start({ port });

    await second.untilLines(1);
    expect(second.series[0]).toBe('level 1');
    expect(await ownMetrics(registerer)).toMatchObject({ 'failures_total connection': 1 });
    expect(errors[0]!.message).toMatch(/ended the connection: read ECONNRESET$/);
  });

  test('sends nothing twice and counts no failure if the server had read everything', async () => {
    const leaving: Serve = (socket, keep) => {
      socket.setEncoding('utf8').once('data', (text: string) => {
        keep(text);
        socket.end();
      });
    };
    const sink = await Sink.start({ serve: leaving });
    const { bridge, gauge, registerer, errors } = bridgeTo(sink.port);

    for (const level of [1, 2, 3]) {
      gauge.set(level);
      await bridge.push();
      await sink.untilLines(level);
      await eventually(() => expect(sink.open).toBe(0));
    }

    expect(sink.series).toEqual(['level 1', 'level 2', 'level 3']);
    expect(sink.connections).toBe(3);
    expect(await ownMetrics(registerer)).toMatchObject({ snapshots_sent_total: 3, points_sent_total: 3 });
    expect(errors).toEqual([]);
  });

  test('sends a whole snapshot again if the restart was in the middle of it', async () => {
    const registry = manySeries(MANY);
    let began: () => void = () => undefined;
    const isBegun = new Promise<void>((resolve) => {
      began = resolve;
    });
    const first = await Sink.start({
      serve(socket, keep) {
        socket.once('data', (chunk) => {
          keep(chunk.toString());
          socket.pause();
          began();
        });
      },
    });
    const { port } = first;
    const { bridge, registerer, errors } = bridgeTo(port, { registry });
    const push = bridge.push();
    const failed = expect(push).rejects.toMatchObject({ reason: 'connection' });
    await isBegun;
    await first.stop();
    await failed;
    expect(await ownMetrics(registerer)).toEqual({ 'failures_total connection': 1, snapshots_queued: 1 });
    // Some lines had arrived already, and arrive again with the same times.
    const [line] = first.lines;
    const second = await Sink.start({ port });

    await bridge.push();

    const lines = await second.untilLines(2 * MANY);
    expect(new Set(second.series.slice(0, MANY)).size).toBe(MANY);
    expect(lines.slice(0, MANY)).toContain(line);
    expect(await ownMetrics(registerer)).toMatchObject({ snapshots_sent_total: 2, points_sent_total: 2 * MANY });
    expect(errors.length).toBe(1);
  });

  test('reports each restart once, as a separate outage', async () => {
    const port = await freePort();
    const { bridge, errors } = bridgeTo(port, { timeoutMs: 500 });
    for (let outage = 1; outage <= 3; outage++) {
      await expect(bridge.push()).rejects.toThrow();
      await expect(bridge.push()).rejects.toThrow();
      expect(errors.length).toBe(outage);
      const sink = await Sink.start({ port });
      await bridge.push();
      // A connection must last this long before a failure counts as a new outage.
      await new Promise((resolve) => setTimeout(resolve, 600));
      await bridge.push();
      await sink.untilLines(4);
      await sink.stop();
    }
  });

  test('sends everything to the next server if one in between refuses all connections', async () => {
    const port = await freePort();
    const authority = makeAuthority('graphite');
    const certificate = makeCertificate(authority, 'server');
    const { bridge, gauge, registerer, errors } = bridgeTo(port, { tls: { ca: authority.cert } });
    for (const level of [1, 2, 3, 4]) {
      gauge.set(level);
      await expect(bridge.push()).rejects.toThrow('cannot be reached');
    }
    // The server refuses only when the client has sent all waiting snapshots.
    const refusing = await Sink.start({ port, tls: { ...certificate, ca: authority.cert, requestCert: true } });
    gauge.set(5);
    await bridge.push().catch(() => undefined);
    await eventually(async () => expect(await ownMetrics(registerer)).toMatchObject({ 'failures_total tls': 1 }));
    expect(await ownMetrics(registerer)).toMatchObject({ snapshots_queued: 5 });
    await refusing.stop();
    const sink = await Sink.start({ port, tls: certificate });

    gauge.set(6);
    await bridge.push();

    await sink.untilLines(6);
    expect(sink.series).toEqual([1, 2, 3, 4, 5, 6].map((level) => `level ${level}`));
    expect(refusing.text).toBe('');
    expect(errors.length).toBe(1);
  });
});

describe('GraphiteBridge with a server that hangs', () => {
  test('rejects a push if the server accepts no data in time', async () => {
    const sink = await Sink.start({ serve: hanging });
    const { bridge, registerer, errors } = bridgeTo(sink.port, { registry: manySeries(MANY), timeoutMs: 300 });

    await expect(bridge.push()).rejects.toThrow(
      `Graphite at 127.0.0.1:${sink.port} did not accept any data within 300 ms`,
    );

    expect(await ownMetrics(registerer)).toEqual({ 'failures_total timeout': 1, snapshots_queued: 1 });
    expect(errors.length).toBe(1);
  });

  test('rejects a push if the server does not begin TLS', async () => {
    const sink = await Sink.start({ serve: hanging });
    const { bridge } = bridgeTo(sink.port, { tls: true, timeoutMs: 300 });

    await expect(bridge.push()).rejects.toMatchObject({
      reason: 'timeout',
      message: `Graphite at 127.0.0.1:${sink.port} did not respond within 300 ms`,
    });
  });

  test('rejects a push at once if the server ends its side', async () => {
    const leaving: Serve = (socket) => {
      socket.pause();
      // By now writes fail; otherwise the next push fails as well.
      setTimeout(() => socket.end(), 500);
    };
    const sink = await Sink.start({ serve: leaving });
    const { bridge } = bridgeTo(sink.port, { registry: manySeries(MANY), timeoutMs: 2 ** 30 });

    await expect(bridge.push()).rejects.toThrow(`Graphite at 127.0.0.1:${sink.port} ended the connection`);
  });

  test('stops within the time limit', async () => {
    const sink = await Sink.start({ serve: hanging });
    const { bridge, registerer } = bridgeTo(sink.port, {
      registry: manySeries(MANY),
      intervalMs: 5,
      stopTimeoutMs: 100,
    });
    bridge.start();
    await eventually(async () => expect((await ownMetrics(registerer)).snapshots_queued).toBeGreaterThan(1));

    await bridge.stop();

    await eventually(async () => {
      const { snapshots_dropped_total: dropped, ...rest } = await ownMetrics(registerer);
      expect(dropped).toBeGreaterThan(1);
      expect(rest).toEqual({ 'failures_total connection': 1 });
    });
  });
});

/** Ends each connection after its first line. */
const oneLine: Serve = (socket, keep) => {
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
    if (!text.includes('\n') || socket.writableEnded) return;
    keep(text.slice(0, text.indexOf('\n') + 1));
    socket.end();
  });
};

test('GraphiteBridge opens a new connection for each snapshot if the server closes after every line', async () => {
  const sink = await Sink.start({ serve: oneLine });
  const { bridge, gauge, registry, registerer, errors } = bridgeTo(sink.port);
  new Gauge({ name: 'second', help: 'S.', registry }).set(1);

  for (let i = 1; i <= 10; i++) {
    gauge.set(i);
    await bridge.push();
    await sink.untilLines(i);
    await eventually(() => expect(sink.open).toBe(0));
  }

  expect(sink.series).toEqual(Array.from({ length: 10 }, (_, i) => `level ${i + 1}`));
  expect(sink.connections).toBe(10);
  // Bytes accepted before the server closed count as sent: the client cannot know more.
  expect(await ownMetrics(registerer)).toMatchObject({ snapshots_sent_total: 10, points_sent_total: 20 });
  expect(errors).toEqual([]);
});

test('GraphiteBridge sends everything once to a slow server, while other work continues', async () => {
  const slow: Serve = (socket: Socket, keep) => {
    socket.setEncoding('utf8').on('data', (text: string) => {
      keep(text);
      socket.pause();
      setTimeout(() => socket.resume(), 1);
    });
  };
  const sink = await Sink.start({ serve: slow });
  const { bridge, errors } = bridgeTo(sink.port, { registry: manySeries(MANY) });
  let turns = 0;
  let isSent = false;
  const watch = () => {
    turns++;
    if (!isSent) setImmediate(watch);
  };
  watch();

  await bridge.push();
  isSent = true;

  await sink.untilLines(MANY);
  expect(new Set(sink.series).size).toBe(MANY);
  expect(sink.lines.length).toBe(MANY);
  expect(turns).toBeGreaterThan(20);
  expect(errors).toEqual([]);
});

describe('GraphiteBridge with metrics that cannot be gathered', () => {
  const family = familyFromRows({ name: 'a', type: 'gauge', rows: [{ value: 1 }] });

  test.each<[string, () => Promise<readonly MetricFamily[]>, RegExp]>([
    ['fail', () => Promise.reject(new Error('no database')), /could not be gathered: no database$/],
    [
      'throw at once',
      () => {
        throw new Error('no database');
      },
      /could not be gathered: no database$/,
    ],
    [
      'never arrive',
      () => new Promise(() => undefined),
      /could not be gathered: Metrics were not gathered within 50 ms$/,
    ],
    ['are no families', async () => [{ name: 'x' } as never], /cannot be sent: /],
    ['are no array', async () => undefined as never, /cannot be sent: /],
  ])('rejects only the push whose metrics %s', async (_, gather, message) => {
    const sink = await Sink.start();
    let isBroken = true;
    const registry: Gatherer = { gather: () => (isBroken ? gather() : Promise.resolve([family])) };
    const { bridge, registerer, errors } = bridgeTo(sink.port, { registry, timeoutMs: 50 });

    await expect(bridge.push()).rejects.toThrow(message);
    await expect(bridge.push()).rejects.toMatchObject({ code: 'PUSH_FAILED', reason: 'gather' });
    isBroken = false;
    await bridge.push();

    await sink.untilLines(1);
    expect(sink.series).toEqual(['a 1']);
    expect(errors.length).toBe(1);
    const { 'failures_total gather': failures, snapshots_queued: queued = 0 } = await ownMetrics(registerer);
    expect([failures, queued]).toEqual([2, 0]);
  });

  test('stops in time', async () => {
    const { bridge, errors } = bridgeTo(await freePort(), {
      registry: { gather: () => new Promise(() => undefined) },
      stopTimeoutMs: 50,
      intervalMs: 1,
    });
    bridge.start();

    await bridge.stop();

    await eventually(() => expect(errors.length).toBe(1));
  });
});

test('GraphiteBridge ignores an exception of onError', async () => {
  const port = await freePort();
  const onError = () => {
    throw new Error('onError failed');
  };
  const { bridge } = bridgeTo(port, { onError });

  await expect(bridge.push()).rejects.toThrow('cannot be reached');

  const sink = await Sink.start({ port });
  await bridge.push();
  await sink.untilLines(2);
});

test('GraphiteBridge rejects a push to a host without address', async () => {
  for (const protocol of ['tcp', 'udp'] as const) {
    const { bridge } = bridgeTo(2003, { host: 'nowhere.invalid', protocol });

    await expect(bridge.push()).rejects.toMatchObject({
      reason: 'connect',
      message: expect.stringMatching(/^Graphite at nowhere\.invalid:2003 cannot be reached: getaddrinfo /),
    });
  }
});

test('GraphiteBridge counts a failure once the system reports that datagrams are refused', async () => {
  const { bridge, errors } = bridgeTo(await freePort(), { protocol: 'udp' });

  await eventually(async () => {
    await bridge.push().catch(() => undefined);
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(/accepts no datagrams: .*ECONNREFUSED/),
    ]);
  });
});

describe('a program with GraphiteBridge', () => {
  beforeAll(compile, 60_000);

  test('needs no growing memory while the server hangs or is away', async () => {
    const hung = await Sink.start({ serve: hanging });

    const { printed } = await runProgram(
      `
      for (const port of [${hung.port}, ${await freePort()}]) {
        const registry = manySeries(${MANY});
        const registerer = new Registry();
        await registry.gather();
        const before = await bytesInUse();
        const bridge = new GraphiteBridge({
          host: '127.0.0.1', port, registry, registerer, intervalMs: 10, maxQueuedSnapshots: 3, stopTimeoutMs: 10, onError() {},
        });
        bridge.start();
        while ((await valueOf(registerer, 'promwright_graphite_snapshots_dropped_total')) < 15) await delay(20);
        print((await bytesInUse()) - before);
        await bridge.stop();
      }
      `,
      ['--expose-gc'],
    );

    expect(printed.length).toBe(2);
    // Five snapshots of 16 bytes for each series, and the strings of labels. As lines, each snapshot would have 15 MB.
    for (const grown of printed) expect(grown).toBeLessThan(40e6);
  });

  test('forgets removed counters when it sends differences', async () => {
    const sink = await Sink.start({ serve: (socket) => void socket.resume() });

    const { printed } = await runProgram(
      `
      let registry = new Registry();
      const bridge = new GraphiteBridge({
        host: '127.0.0.1', port: ${sink.port}, registry: { gather: () => registry.gather() }, counters: 'delta',
      });
      await bridge.push();
      const before = await bytesInUse();
      registry = manySeries(${MANY});
      await bridge.push();
      registry = new Registry();
      // The previous snapshot is kept as long as it might have to be sent again.
      await bridge.push();
      await bridge.push();
      print((await bytesInUse()) - before);
      for (let i = 0; i < 100; i++) await bridge.push();
      print((await bytesInUse()) - before);
      await bridge.stop();
      `,
      ['--expose-gc'],
    );

    const [meanwhile, later] = printed as [number, number];
    expect(meanwhile).toBeGreaterThan(20e6);
    expect(later).toBeLessThan(meanwhile / 4);
  });

  test('is not kept alive by a server with several addresses', async () => {
    const sink = await Sink.start();

    const { exitCode, stderr } = await runProgram(`
      import dns from 'node:dns';
      // Replaces a name server, which a test cannot have.
      const addresses = [{ address: '127.0.0.2', family: 4 }, { address: '127.0.0.1', family: 4 }];
      dns.lookup = (host, options, callback) => setImmediate(() => callback(null, addresses));
      const registry = new Registry();
      new Gauge({ name: 'level', help: 'L.', registry }).set(1);
      const bridge = new GraphiteBridge({ host: 'graphite.test', port: ${sink.port}, registry });
      await bridge.push();
    `);

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(sink.series).toEqual(['level 1']);
  });

  test('stays alive until an awaited push or stop is done', async () => {
    const sink = await Sink.start();
    const hung = await Sink.start({ serve: hanging });

    const { exitCode, printed } = await runProgram(`
      const registry = new Registry();
      new Gauge({ name: 'level', help: 'L.', registry }).set(1);
      const bridge = new GraphiteBridge({ host: '127.0.0.1', port: ${sink.port}, registry });
      await bridge.push();
      print('pushed');
      await bridge.stop();
      print('stopped');
      const silent = new GraphiteBridge({ host: '127.0.0.1', port: ${hung.port}, tls: true, registry, onError() {}, stopTimeoutMs: 200 });
      await silent.stop();
      print('stopped again');
      const large = new GraphiteBridge({ host: '127.0.0.1', port: ${sink.port}, registry: manySeries(50_000) });
      await large.push();
      print('pushed more');
    `);

    expect({ exitCode, printed }).toEqual({
      exitCode: 0,
      printed: ['pushed', 'stopped', 'stopped again', 'pushed more'],
    });
    expect(sink.series.slice(0, 2)).toEqual(['level 1', 'level 1']);
  });

  test('warns once of an outage', async () => {
    const port = await freePort();

    const { stderr } = await runProgram(`
      const bridge = new GraphiteBridge({ host: '127.0.0.1', port: ${port}, registry: new Registry() });
      for (let i = 0; i < 3; i++) await bridge.push().catch(() => {});
    `);

    expect(stderr.match(/GraphiteError: .*/g)).toEqual([
      `GraphiteError: Graphite at 127.0.0.1:${port} cannot be reached: connect ECONNREFUSED 127.0.0.1:${port}`,
    ]);
  });
});
