import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, get, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { defaultRegistry } from '@promwright/metrics';
import { makeAuthority, makeCertificate } from '@tooling/servers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { askRaw, open, registryOf } from '../../../test/scrape-server.ts';
import { type MetricsServer, type MetricsServerOptions, startMetricsServer } from './metrics-server.ts';

const authority = makeAuthority('Ours');
const stranger = makeAuthority('Theirs');
const certificate = makeCertificate(authority, 'server');
const ca = authority.cert;

async function start(tls: MetricsServerOptions['tls']): Promise<MetricsServer> {
  const server = await startMetricsServer({ port: 0, gatherer: registryOf(1), ...(tls && { tls }) });
  onTestFinished(() => server.close({ timeoutMs: 0 }));
  return server;
}

async function ask(url: string, options: RequestOptions = {}): Promise<{ status: number | undefined; body: string }> {
  const req = get(url, { agent: false, ca, ...options });
  const [res] = (await once(req, 'response')) as [IncomingMessage];
  return { status: res.statusCode, body: await text(res) };
}

describe('startMetricsServer with TLS', () => {
  test('serves HTTPS', async () => {
    const { port, url } = await start(certificate);

    const { status, body } = await ask(url);

    expect(url).toBe(`https://127.0.0.1:${port}/metrics`);
    expect(status).toBe(200);
    expect(body).toContain('jobs_total{');
  });

  test('serves only clients with a certificate if the option requestCert is true', async () => {
    const { url } = await start({ ...certificate, ca, requestCert: true });

    const known = await ask(url, makeCertificate(authority, 'prometheus'));

    expect(known.status).toBe(200);
    await expect(ask(url)).rejects.toThrow();
    await expect(ask(url, makeCertificate(stranger, 'prometheus'))).rejects.toThrow();
    // The name of the authority does not count.
    await expect(ask(url, makeCertificate(makeAuthority('Ours'), 'prometheus'))).rejects.toThrow();
    expect((await ask(url, makeCertificate(authority, 'another'))).status).toBe(200);
  });

  test.each<[what: string, tls: MetricsServerOptions['tls'], message: RegExp]>([
    ['no certificate', { ...certificate, cert: 'x' }, /^Option "tls" is not usable: .*PEM/],
    ['no key', { ...certificate, key: 'x' }, /^Option "tls" is not usable: /],
    [
      'the key of another certificate',
      { ...certificate, key: authority.key },
      /^Option "tls" is not usable: .*mismatch/,
    ],
    ['a pfx that is no container', { pfx: Buffer.from('x') }, /^Option "tls" is not usable: /],
    ['a number for a key', { ...certificate, key: 5 as never }, /^Option "tls" is not usable: /],
    ['unknown ciphers', { ...certificate, ciphers: 'x' }, /^Option "tls" is not usable: /],
  ])('refuses %s with an error without the key, and registers nothing', async (_, tls, message) => {
    const started = startMetricsServer({ port: 0, selfMetrics: true, tls: tls! });

    const error = await started.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'INVALID_OPTION', message: expect.stringMatching(message), cause: {} });
    expect((error as Error).message).not.toContain(authority.key.split('\n')[1]);
    expect(defaultRegistry.get('promwright_scrape_requests_total')).toBeUndefined();
  });

  test('survives clients that send no TLS or break off', async () => {
    const { port, url } = await start(certificate);

    const plain = await askRaw(port, 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
    const hello = open(port);
    hello.write('\x16\x03\x01\x02\x00', 'latin1', () => hello.resetAndDestroy());
    await once(hello, 'close');
    const refusing = connect({ port, host: '127.0.0.1', ca: stranger.cert });
    await expect(once(refusing, 'secureConnect')).rejects.toThrow();

    expect(plain).not.toContain('jobs_total');
    expect((await ask(url)).status).toBe(200);
  });

  test('close ends idle connections at once, and silent connections after timeoutMs', async () => {
    const server = await start(certificate);
    const agent = new Agent({ keepAlive: true });
    await ask(server.url, { agent });
    const silent = open(server.port);
    await once(silent, 'connect');
    const [[kept]] = Object.values(agent.freeSockets) as [[NonNullable<typeof silent>]];

    const closing = server.close({ timeoutMs: 100 });
    await Promise.all([once(kept, 'close'), once(silent.resume(), 'close'), closing]);

    await expect(ask(server.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
