import { createServer } from 'node:http';
import { inspect } from 'node:util';
import { Registry } from '@promwright/metrics';
import { makeAuthority } from '@tooling/servers';
import { describe, expect, test } from 'vitest';
import { GatewaySink, statuses } from '../test/gateway-sink.ts';
import { Pushgateway } from './pushgateway.ts';
import type { PushgatewayOptions } from './pushgateway-options.ts';

const good = { url: 'http://127.0.0.1:9091', job: 'test' };

function failureOf(options: unknown): { code?: string; message: string; cause?: unknown } {
  try {
    new Pushgateway(options as PushgatewayOptions);
  } catch (error) {
    return error as { code?: string; message: string };
  }
  throw new Error('No error');
}

test.each<[options: object, message: string]>([
  [{ url: undefined }, 'Option "url" must be a string or a URL; got undefined'],
  [{ url: 9091 }, 'Option "url" must be a string or a URL; got 9091'],
  [{ url: '' }, 'Option "url" must begin with "http://" or "https://"; got ""'],
  [{ url: 'localhost:9091' }, 'Option "url" must begin with "http://" or "https://"; got "localhost:9091"'],
  [{ url: 'ftp://gateway' }, 'Option "url" must begin with "http://" or "https://"; got "ftp://gateway"'],
  [{ url: 'http://' }, 'Option "url" must begin with "http://" or "https://"; got "http://"'],
  [{ url: 'http://a:99999' }, 'Option "url" must begin with "http://" or "https://"; got "http://a:99999"'],
  [{ url: 'http://a/?b' }, 'Option "url" must have no "?" and no "#"; got a string of 11 characters'],
  [{ url: 'http://a/#b' }, 'Option "url" must have no "?" and no "#"; got a string of 11 characters'],
  [
    { url: 'ftp://user:secret@gateway' },
    'Option "url" must begin with "http://" or "https://"; got a string of 25 characters',
  ],
  [
    { url: 'user:secret@gateway:1' },
    'Option "url" must begin with "http://" or "https://"; got a string of 21 characters',
  ],
  [{ url: 'http://user:secret@a/?b' }, 'Option "url" must have no "?" and no "#"; got a string of 23 characters'],
  [{ url: 'http://user:secret%zz@a' }, 'Option "url" must have well-formed escapes ("%40") in its credentials'],
  [{ job: undefined }, 'Option "job" must be a non-empty string; got undefined'],
  [{ job: '' }, 'Option "job" must be a non-empty string; got ""'],
  [{ job: 5 }, 'Option "job" must be a non-empty string; got 5'],
  [{ groupingKey: 'a' }, 'Option "groupingKey" must be an object of labels; got "a"'],
  [{ groupingKey: null }, 'Option "groupingKey" must be an object of labels; got null'],
  [{ groupingKey: new Map([['a', 'b']]) }, 'Option "groupingKey" must be an object of labels; got an object'],
  [{ groupingKey: [['a', 'b']] }, 'Option "groupingKey" must be an object of labels; got an array of 1'],
  [{ registry: {} }, 'Option "registry" must have a method "gather"; got an object'],
  [{ registry: null }, 'Option "registry" must have a method "gather"; got null'],
  [{ registry: [] }, 'Option "registry" must hold at least one registry; got an array of 0'],
  [{ registry: [new Registry(), 5] }, 'Option "registry" must have a method "gather"; got 5'],
  [{ registerer: {} }, 'Option "registerer" must have a method "register"; got an object'],
  [{ registerer: null }, 'Option "registerer" must have a method "register"; got null'],
  [{ timeoutMs: 0 }, 'Option "timeoutMs" must be from 1 to 2147483647 milliseconds; got 0'],
  [{ timeoutMs: Number.NaN }, 'Option "timeoutMs" must be from 1 to 2147483647 milliseconds; got NaN'],
  [{ timeoutMs: Infinity }, 'Option "timeoutMs" must be from 1 to 2147483647 milliseconds; got Infinity'],
  [{ timeoutMs: '5' }, 'Option "timeoutMs" must be from 1 to 2147483647 milliseconds; got "5"'],
  [{ retries: -1 }, 'Option "retries" must be an integer from 0 to 20; got -1'],
  [{ retries: 0.5 }, 'Option "retries" must be an integer from 0 to 20; got 0.5'],
  [{ retries: Infinity }, 'Option "retries" must be an integer from 0 to 20; got Infinity'],
  [{ format: 'openmetrics' }, 'Option "format" must be "text" or "protobuf"; got "openmetrics"'],
  [{ compression: 'zstd' }, 'Option "compression" must be "gzip" or false; got "zstd"'],
  [{ compression: true }, 'Option "compression" must be "gzip" or false; got true'],
  [{ strict: 1 }, 'Option "strict" must be true or false; got 1'],
  [{ onError: {} }, 'Option "onError" must be a function; got an object'],
  [{ headers: [] }, 'Option "headers" must be an object of strings; got an array of 0'],
  [{ headers: { 'a b': 'c' } }, 'Option "headers" must have valid header names; got "a b"'],
  [{ headers: { a: 5 } }, 'Option "headers" must have a string without line breaks as "a"; got number'],
  [
    { headers: { a: 'secret\n' } },
    'Option "headers" must have a string without line breaks as "a"; got other characters',
  ],
  [{ headers: { 'content-TYPE': 'x' } }, 'Option "headers" must not have "content-TYPE", which every push sets'],
  [
    { headers: { authorization: 'x' }, auth: { bearer: 'secret' } },
    'Option "headers" must not have "authorization" in addition to other credentials; got both',
  ],
  [{ auth: null }, 'Option "auth" must be { bearer } or { basic: { user, password } }; got null'],
  [{ auth: {} }, 'Option "auth" must be { bearer } or { basic: { user, password } }; got an object with no keys'],
  [
    { auth: { bearer: 'secret', basic: {} } },
    'Option "auth" must be { bearer } or { basic: { user, password } }; got an object with bearer, basic',
  ],
  [
    { auth: { bearer: 'secret\n' } },
    'Option "auth.bearer" must be a string of visible ASCII characters, without spaces; got a string of 7 characters',
  ],
  [
    { auth: { basic: { user: 'a:b', password: 'secret' } } },
    'Option "auth.basic" must be { user, password }, non-empty strings without control characters, the user without ":"; got user a string of 3 characters, password a string of 6 characters',
  ],
  [
    { auth: { bearer: 'secret' }, url: 'http://user:secret@a' },
    'Option "auth" must be omitted if "url" has credentials; got both',
  ],
  [{ tls: {} }, 'Option "tls" must be omitted unless "url" begins with "https://"'],
  [{ tls: 5, url: 'https://a' }, 'Option "tls" must be an object; got 5'],
  [
    { tls: { rejectUnauthorized: 'no' }, url: 'https://a' },
    'Option "tls.rejectUnauthorized" must be true or false; got "no"',
  ],
  [{ tls: { servername: 5 }, url: 'https://a' }, 'Option "tls.servername" must be a string; got 5'],
])('new Pushgateway refuses %j', (options, message) => {
  const error = failureOf({ ...good, ...options });

  expect(error).toMatchObject({ code: 'INVALID_OPTION', message });
  expect(inspect(error)).not.toContain('secret');
});

test.each<[name: string, rule: string]>([
  ['job', 'must be given as the option "job"'],
  ['', 'must have a name of well-formed Unicode'],
  ['\ud800', 'must have a name of well-formed Unicode'],
  ['__name__', 'is reserved for the server; do not begin it with "__"'],
  ['le', 'is reserved for buckets; rename it'],
  ['quantile', 'is reserved for quantiles; rename it'],
])('new Pushgateway refuses the grouping label %j', (name, rule) => {
  const error = failureOf({ ...good, groupingKey: { [name]: 'x' } });

  expect(error).toMatchObject({ code: 'INVALID_LABEL_NAME' });
  expect(error.message).toBe(`Label ${JSON.stringify(name)} of option "groupingKey" ${rule}`);
});

test.each([[undefined], [null], [{}], [[]]])('new Pushgateway refuses %j as the value of a grouping label', (value) => {
  const error = failureOf({ ...good, groupingKey: { zone: value } });

  expect(error).toMatchObject({ code: 'INVALID_LABEL_VALUE' });
});

test.each([
  { cert: 'x', key: 'x' },
  { cert: makeAuthority('a').cert, key: makeAuthority('b').key },
  { pfx: Buffer.from('x') },
])('new Pushgateway refuses invalid certificates (%#)', (tls) => {
  const error = failureOf({ ...good, url: 'https://a', tls });

  expect(error).toMatchObject({ code: 'INVALID_OPTION', cause: {} });
  expect(error.message).toMatch(/^Option "tls" is not usable: /);
  expect(inspect(error)).not.toContain('PRIVATE KEY');
});

test('new Pushgateway refuses options that are no object', () => {
  expect(failureOf(undefined)).toMatchObject({ code: 'INVALID_OPTION' });
  expect(failureOf('http://a')).toMatchObject({ code: 'INVALID_OPTION' });
});

test('new Pushgateway sends nothing, registers nothing and adds no listener', () => {
  const listeners = process.listenerCount('beforeExit');
  const registry = new Registry();

  new Pushgateway({ ...good, registry });

  expect(process.listenerCount('beforeExit')).toBe(listeners);
  expect(registry.gatherSync()).toEqual([]);
});

describe('credentials of Pushgateway', () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

  test.each<[what: string, url: (url: string) => string, options: Partial<PushgatewayOptions>, header: string]>([
    ['given as a token', (url) => url, { auth: { bearer: 'secret' } }, 'Bearer secret'],
    ['given as a pair', (url) => url, { auth: { basic: { user: 'ä', password: 's:t' } } }, basic('ä:s:t')],
    ['given in the URL', (url) => url.replace('//', '//user:se%40ret@'), {}, basic('user:se@ret')],
    ['given in the URL as a user only', (url) => url.replace('//', '//user@'), {}, basic('user:')],
    ['given as a header', (url) => url, { headers: { authorization: 'Own secret' } }, 'Own secret'],
  ])('%s are sent with every attempt', async (_, url, options, header) => {
    const sink = await GatewaySink.start(statuses(500, 200));

    await new Pushgateway({ ...good, url: url(sink.url), registry: new Registry(), ...options }).push();

    expect(sink.received.map(({ headers }) => headers.authorization)).toEqual([header, header]);
  });

  test('do not occur in errors or in the inspected gateway', async () => {
    const sink = await GatewaySink.start(statuses(401));
    const gateway = new Pushgateway({
      ...good,
      url: sink.url.replace('//', '//user:secret@'),
      headers: { 'X-Key': 'secret' },
      registry: new Registry(),
    });

    const refused = await gateway.push().catch((error: unknown) => error);
    await sink.stop();
    const unreachable = await gateway.push().catch((error: unknown) => error);

    const base64 = Buffer.from('user:secret').toString('base64');
    for (const text of [refused, unreachable, gateway].map((value) => inspect(value, { depth: 9, showHidden: true }))) {
      expect(text).toContain('/metrics/job/test');
      expect(text).not.toContain('secret');
      expect(text).not.toContain(base64);
    }
    expect(gateway.url).toBe(`http://127.0.0.1:${new URL(gateway.url).port}/metrics/job/test`);
  });
});

test('Pushgateway sends the headers of the option headers', async () => {
  const sink = await GatewaySink.start();
  const headers = { 'X-Scope-OrgID': 'a', Host: 'gateway.example' };

  await new Pushgateway({ ...good, url: sink.url, registry: new Registry(), headers }).push();

  expect(sink.received[0]!.headers).toMatchObject({ 'x-scope-orgid': 'a', host: 'gateway.example' });
});

test('Pushgateway connects to an IPv6 address', async () => {
  const server = createServer((_req, res) => void res.end());
  const hasIpv6 = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(0, '::1', () => resolve(true));
  });
  const port = hasIpv6 ? (server.address() as { port: number }).port : 1;
  const gateway = new Pushgateway({ ...good, url: `http://[::1]:${port}`, registry: new Registry(), retries: 0 });

  const error = await gateway.push().catch((reason: unknown) => reason);
  server.close();

  expect(gateway.url).toBe(`http://[::1]:${port}/metrics/job/test`);
  // A machine without IPv6 reports one of these errors; a misread address would not be found at all.
  if (hasIpv6) expect(error).toBeUndefined();
  else expect((error as Error).message).toMatch(/EADDRNOTAVAIL|ECONNREFUSED|EAFNOSUPPORT|ENETUNREACH/);
});

test.each([
  [{ jobName: 'x' }, 'push has no option "jobName"; use the option "job" of Pushgateway'],
  [{ groupings: {} }, 'push has no option "groupings"; use the option "groupingKey" of Pushgateway'],
])('a push with the option of prom-client %o names the counterpart', async (options, message) => {
  const pushing = new Pushgateway(good).push(options as never);

  await expect(pushing).rejects.toMatchObject({ code: 'INVALID_OPTION', message });
});
