import { Registry } from '@promwright/metrics';
import { makeAuthority, makeCertificate } from '@tooling/servers';
import { expect, test } from 'vitest';
import { GatewaySink } from '../test/gateway-sink.ts';
import type { PushTls } from './push-tls.ts';
import { Pushgateway } from './pushgateway.ts';

const authority = makeAuthority('Ours');
const server = makeCertificate(authority, 'server');
const ca = authority.cert;

function gatewayAt(url: string, tls?: PushTls): Pushgateway {
  return new Pushgateway({ url, job: 'test', registry: new Registry(), retries: 0, ...(tls && { tls }) });
}

test('Pushgateway pushes to a server with a certificate of a trusted authority', async () => {
  const sink = await GatewaySink.start(undefined, server);
  const gateway = gatewayAt(sink.url, { ca });

  await gateway.push();
  await gateway.delete();

  expect(sink.received.map(({ method }) => method)).toEqual(['PUT', 'DELETE']);
});

test.each<[what: string, tls: PushTls | undefined]>([
  ['is of an unknown authority', undefined],
  ['is of another authority', { ca: makeAuthority('Theirs').cert }],
  ['has another name', { ca, servername: 'gateway.example' }],
])('Pushgateway sends nothing to a server whose certificate %s', async (_, tls) => {
  const sink = await GatewaySink.start(undefined, server);

  await expect(gatewayAt(sink.url, tls).push()).rejects.toMatchObject({ code: 'PUSH_FAILED', cause: {} });

  expect(sink.received).toEqual([]);
});

test('Pushgateway accepts any certificate with rejectUnauthorized: false', async () => {
  const sink = await GatewaySink.start(undefined, server);

  await gatewayAt(sink.url, { rejectUnauthorized: false }).push();

  expect(sink.received).toHaveLength(1);
});

test('Pushgateway sends its certificate to a server that requests one', async () => {
  const sink = await GatewaySink.start(undefined, { ...server, ca, requestCert: true });
  const { cert, key } = makeCertificate(authority, 'backup');

  await gatewayAt(sink.url, { ca, cert, key }).push();

  expect(sink.received).toHaveLength(1);
  await expect(gatewayAt(sink.url, { ca }).push()).rejects.toMatchObject({ code: 'PUSH_FAILED' });
});
