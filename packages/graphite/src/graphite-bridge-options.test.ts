import { describe, expect, test } from 'vitest';
import { GraphiteBridge } from './graphite-bridge.ts';

describe('GraphiteBridge refuses wrong options', () => {
  test.each<[Record<string, unknown> | undefined | null | string, RegExp]>([
    [undefined, /takes an object of options; got undefined$/],
    [null, /takes an object of options; got null$/],
    ['localhost', /takes an object of options; got "localhost"$/],
    [{}, /"host" must be the name or address of a server, without scheme and credentials; got undefined$/],
    [{ host: '' }, /"host" must be .*; got ""$/],
    [{ host: 7 }, /"host" must be .*; got 7$/],
    [{ host: 'a b' }, /"host" must be .*; got a string of 3 characters$/],
    [{ host: 'user:secret@a' }, /"host" must be .*; got a string of 13 characters$/],
    [{ host: 'tcp://user:secret@a' }, /"host" must be .*; got a string of 19 characters$/],
    [{ host: 'a', interval: 7 }, /^GraphiteBridge has no option "interval"; use "intervalMs"$/],
    [{ host: 'tcp://a' }, /"host" must be .*; got "tcp:\/\/a"$/],
    [{ host: 'a', port: 0 }, /"port" must be an integer from 1 to 65535; got 0$/],
    [{ host: 'a', port: 65_536 }, /"port" must be .*; got 65536$/],
    [{ host: 'a', port: '2003' }, /"port" must be .*; got "2003"$/],
    [{ host: 'a', port: 1.5 }, /"port" must be .*; got 1.5$/],
    [{ host: 'a', protocol: 'http' }, /"protocol" must be "tcp" or "udp" or "pickle"; got "http"$/],
    [{ host: 'a', counters: 'rate' }, /"counters" must be "total" or "delta"; got "rate"$/],
    [{ host: 'a', intervalMs: 0 }, /"intervalMs" must be an integer from 1 to 2147483647; got 0$/],
    [{ host: 'a', intervalMs: Infinity }, /"intervalMs" must be .*; got Infinity$/],
    [{ host: 'a', intervalMs: 2 ** 31 }, /"intervalMs" must be .*; got 2147483648$/],
    [{ host: 'a', timeoutMs: -1 }, /"timeoutMs" must be .*; got -1$/],
    [{ host: 'a', timeoutMs: Number.NaN }, /"timeoutMs" must be .*; got NaN$/],
    [{ host: 'a', stopTimeoutMs: '5s' }, /"stopTimeoutMs" must be .*; got "5s"$/],
    [{ host: 'a', maxQueuedSnapshots: 0 }, /"maxQueuedSnapshots" must be .*; got 0$/],
    [
      { host: 'a', registry: {} },
      /"registry" must be a registry or another object with a method "gather"; got an object$/,
    ],
    [{ host: 'a', registry: null }, /"registry" must be .*; got null$/],
    [
      { host: 'a', registerer: {} },
      /"registerer" must be a registry or another object with a method "register"; got an object$/,
    ],
    [{ host: 'a', onError: true }, /"onError" must be a function; got true$/],
    [{ host: 'a', prefix: 7 }, /"prefix" must be a string; got 7$/],
    [{ host: 'a', prefix: 'a.' }, /"prefix" must consist of letters.*; got "a\."$/],
    [{ host: 'a', prefix: '.a' }, /"prefix" must consist of letters.*; got "\.a"$/],
    [{ host: 'a', prefix: 'a..b' }, /"prefix" must consist of letters/],
    [{ host: 'a', prefix: 'a b' }, /"prefix" must consist of letters/],
    [{ host: 'a', prefix: 'größe' }, /"prefix" must consist of letters/],
    [{ host: 'a', tags: 'host=a' }, /"tags" must be true, false or an object of tags; got "host=a"$/],
    [{ host: 'a', tags: ['a'] }, /"tags" must be .*; got an array of 1$/],
    [{ host: 'a', tags: new Map([['a', 'b']]) }, /"tags" must be .*; got an object$/],
    [{ host: 'a', tags: null }, /"tags" must be .*; got null$/],
    [{ host: 'a', tags: { '': 'a' } }, /Tags of option "tags" must have names of letters.*; got ""$/],
    [{ host: 'a', tags: { name: 'a' } }, /Tags of option "tags" must have names .*; got "name"$/],
    [{ host: 'a', tags: { 'a b': 'a' } }, /Tags of option "tags" must have names .*; got "a b"$/],
    [{ host: 'a', tags: { a: '' } }, /Tag "a" of option "tags" must not be empty.*; got ""$/],
    [{ host: 'a', tags: { a: '~' } }, /Tag "a" of option "tags" must not be empty, begin with "~".*; got "~"$/],
    [{ host: 'a', tags: { a: 'b;c=d' } }, /Tag "a" of option "tags" must not.*; got "b;c=d"$/],
    [
      { host: 'a', tags: { a: undefined } },
      /Tag "a" of option "tags" must be a string, number or boolean; got undefined$/,
    ],
    [{ host: 'a', tags: { a: {} } }, /Tag "a" of option "tags" must be a string, number or boolean; got an object$/],
    [{ host: 'a', path: 'a.b' }, /"path" must be a function; got "a\.b"$/],
    [{ host: 'a', path: () => 'a', prefix: 'a' }, /"path" returns whole paths; omit "prefix" and "tags"$/],
    [{ host: 'a', path: () => 'a', tags: true }, /"path" returns whole paths/],
    [{ host: 'a', tls: 'yes' }, /"tls" must be true, false or options of node:tls; got "yes"$/],
    [{ host: 'a', tls: null }, /"tls" must be .*; got null$/],
    [{ host: 'a', tls: true, protocol: 'udp' }, /"tls" needs a connection; "udp" has none$/],
    [{ host: 'a', tls: { cert: 'no certificate' } }, /"tls" is not usable: /],
    [{ host: 'a', tls: { minVersion: 'SSLv9' } }, /"tls" is not usable: /],
  ])('%j', (options, message) => {
    const create = () => new GraphiteBridge(options as never);

    expect(create).toThrow(message);
    expect(create).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });
});

test.each([
  { host: '::1', port: 2003 },
  { host: 'graphite.example', prefix: 'a.b_c:d-e', tags: true },
  { host: 'a', tls: false, protocol: 'udp' },
  { host: 'a', tls: true, protocol: 'pickle', prefix: '' },
  { host: 'a', tags: {} },
] as const)('GraphiteBridge accepts %j, and does nothing yet', async (options) => {
  const bridge = new GraphiteBridge(options);

  expect(bridge).toBeInstanceOf(GraphiteBridge);
});
