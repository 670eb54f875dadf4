import type { Socket } from 'node:net';
import { Gauge } from '@promwright/metrics';
import { makeAuthority, makeCertificate } from '@tooling/servers';
import { describe, expect, test } from 'vitest';
import { bridgeTo, ownMetrics } from '../test/bridge-to.ts';
import { type Cut, CuttingRelay } from '../test/cutting-relay.ts';
import { eventually } from '../test/eventually.ts';
import { Sink } from '../test/graphite-sink.ts';
import type { GraphiteBridgeOptions } from './graphite-bridge-options.ts';

const authority = makeAuthority('graphite');
const certificate = makeCertificate(authority, 'server');

interface Protocol {
  readonly options: Partial<GraphiteBridgeOptions>;
  readonly isTls: boolean;
  /** Returns the values of whole lists or lines. Throws if anything else was received. */
  decode(bytes: Buffer): number[];
}

const PLAINTEXT: Protocol = {
  options: {},
  isTls: false,
  decode(bytes) {
    const lines = bytes.toString().split('\n');
    if (lines.pop() !== '') throw new Error(`Half a line: ${bytes}`);
    return lines.map((line) => Number(/^(?:level|other) (\d) \d{10}$/.exec(line)![1]));
  },
};
const PROTOCOLS: Readonly<Record<string, Protocol>> = {
  plaintext: PLAINTEXT,
  pickle: {
    options: { protocol: 'pickle' },
    isTls: false,
    decode(bytes) {
      const values: number[] = [];
      while (bytes.length > 0) {
        const end = 4 + bytes.readUInt32BE(0);
        if (end > bytes.length) throw new Error(`Half a list: ${bytes.toString('hex')}`);
        const list = bytes.subarray(4, end);
        // After the name, a letter and eight bytes for each of time and value.
        for (const name of ['level', 'other']) values.push(list.readDoubleBE(list.indexOf(name) + 5 + 9 + 1));
        bytes = bytes.subarray(end);
      }
      return values;
    },
  },
  TLS: { ...PLAINTEXT, options: { tls: { ca: authority.cert } }, isTls: true },
};

/** Server for one bridge, behind a relay that ends the first connection. */
async function serverOf({ options, isTls }: Protocol, cut: Cut) {
  /** Received bytes by the port of the client. */
  const received = new Map<number, Buffer>();
  const serve = (socket: Socket) => {
    const port = socket.remotePort!;
    received.set(port, Buffer.alloc(0));
    socket.on('data', (chunk) => received.set(port, Buffer.concat([received.get(port)!, chunk])));
  };
  const sink = await Sink.start({ serve, ...(isTls && { tls: certificate }) });
  const relay = await CuttingRelay.start(sink.port, cut);
  const tested = bridgeTo(relay.port, options);
  const other = new Gauge({ name: 'other', help: 'O.', registry: tested.registry });
  const push = (value: number) => {
    tested.gauge.set(value);
    other.set(value);
    return tested.bridge.push();
  };
  return {
    ...tested,
    relay,
    /** Pushes a snapshot of two gauges with this value. */
    push,
    firstBytes: () => received.get(relay.firstPort!) ?? Buffer.alloc(0),
    laterBytes: () =>
      Buffer.concat([...received].flatMap(([port, bytes]) => (port === relay.firstPort ? [] : [bytes]))),
  };
}

/** Number of bytes of a connection with one snapshot. */
async function lengthOf(protocol: Protocol): Promise<number> {
  const { push, relay, firstBytes } = await serverOf(protocol, { bytes: Infinity, how: 'closes' });
  await push(1);
  await eventually(() => expect(protocol.decode(firstBytes())).toEqual([1, 1]));
  return relay.received;
}

/** Pushes the values 1, 2 and 3 to a server that ends the first connection. Returns facts that do not depend on the moment. */
async function pushAll(protocol: Protocol, cut: Cut) {
  const { push, relay, firstBytes, laterBytes, registerer, errors, bridge } = await serverOf(protocol, cut);
  const rejected = (error: unknown) => {
    expect(error).toMatchObject({ code: 'PUSH_FAILED' });
    return false;
  };
  const isFirstSent = await push(1).then(() => true, rejected);
  await relay.ended;
  // Rejected if only this push finds the connection broken; the snapshot is sent by the next push.
  await push(2).catch(rejected);
  await push(3);
  await eventually(() => expect(protocol.decode(laterBytes()).slice(-2)).toEqual([3, 3]));

  const own = await ownMetrics(registerer);
  const failures = Object.keys(own).filter((name) => name.startsWith('failures_total'));
  const { snapshots_sent_total: sent, points_sent_total: points, snapshots_dropped_total, snapshots_queued } = own;
  const facts = {
    isFirstSent,
    laterValues: protocol.decode(laterBytes()),
    sent,
    points,
    failures: failures.reduce((sum, name) => sum + own[name]!, 0),
    reported: errors.length,
    notSent: snapshots_dropped_total ?? snapshots_queued ?? 0,
  };
  await bridge.stop();
  return { facts, firstLength: firstBytes().length };
}

/** Facts of {@link pushAll} that are documented for a push with this result. */
function expectedFacts(how: Cut['how'], isFirstSent: boolean) {
  // A server that closes the connection has read everything, as far as the client can know: the rest of its snapshot is lost.
  const isFirstLost = how === 'closes' && isFirstSent;
  // After a reset, the snapshot is sent again, whole.
  const laterValues = isFirstLost ? [2, 2, 3, 3] : [1, 1, 2, 2, 3, 3];
  const sent = laterValues.length / 2 + (isFirstSent ? 1 : 0);
  const failures = isFirstLost ? 0 : 1;
  return { isFirstSent, laterValues, sent, points: 2 * sent, failures, reported: failures, notSent: 0 };
}

describe.each(Object.keys(PROTOCOLS))('GraphiteBridge by %s recovers from a server', (name) => {
  const protocol = PROTOCOLS[name]!;

  test.each(['closes', 'resets'] as const)('that %s the connection after any byte', async (how) => {
    const length = await lengthOf(protocol);
    // A handshake of TLS needs a key exchange each time, so not all of its bytes are tried.
    const cuts = Array.from({ length: length + 1 }, (_, bytes) => bytes).filter(
      (bytes) => !protocol.isTls || bytes % 16 === 0 || bytes > length - 64,
    );

    const results = await Promise.all(cuts.map((bytes) => pushAll(protocol, { bytes, how })));

    for (const [i, { facts, firstLength }] of results.entries()) {
      expect({ bytes: cuts[i], ...facts }).toEqual({ bytes: cuts[i], ...expectedFacts(how, facts.isFirstSent) });
      if (!protocol.isTls) expect(firstLength).toBe(cuts[i]);
    }
  });
});
