import { expect, test, vi } from 'vitest';
import { authRule, checkAuth, type ScrapeAuth } from './scrape-auth.ts';

const basic = (user: string, password: string): string => {
  const base64 = Buffer.from(`${user}:${password}`).toString('base64');
  return `Basic ${base64}`;
};

const BEARER = { bearer: 'abc.DEF-123_~+/=' };
const BASIC = { basic: { user: 'prometheus', password: 'päss:wörd 🔑' } };

test.each<[what: string, auth: ScrapeAuth, authorization: string]>([
  ['the token', BEARER, 'Bearer abc.DEF-123_~+/='],
  ['a scheme in lower case', BEARER, 'bearer abc.DEF-123_~+/='],
  ['several spaces after the scheme', BEARER, 'Bearer   abc.DEF-123_~+/='],
  ['a password of UTF-8 with a colon', BASIC, basic('prometheus', 'päss:wörd 🔑')],
  ['a scheme in upper case', BASIC, basic('prometheus', 'päss:wörd 🔑').replace('Basic', 'BASIC')],
  [
    'credentials with an undefined property',
    { bearer: undefined, basic: BASIC.basic } as never,
    basic('prometheus', 'päss:wörd 🔑'),
  ],
])('authRule accepts %s', async (_, auth, authorization) => {
  checkAuth(auth);

  expect(await authRule(auth).isAllowed(authorization, undefined)).toBe(true);
});

test.each<[what: string, auth: ScrapeAuth, authorization: string | undefined]>([
  ['nothing', BEARER, undefined],
  ['an empty header', BEARER, ''],
  ['another token', BEARER, 'Bearer abc.DEF-123_~+/'],
  ['the token in another case', BEARER, 'Bearer ABC.def-123_~+/='],
  ['a longer token', BEARER, 'Bearer abc.DEF-123_~+/=x'],
  ['the scheme alone', BEARER, 'Bearer '],
  ['the token alone', BEARER, 'abc.DEF-123_~+/='],
  ['the token under another scheme', BEARER, 'Basic abc.DEF-123_~+/='],
  ['the token and more characters', BEARER, 'Bearer abc.DEF-123_~+/= x'],
  ['the token after a tab', BEARER, 'Bearer\tabc.DEF-123_~+/='],
  ['16 KiB of token', BEARER, `Bearer ${'a'.repeat(16_384)}`],
  ['64 KiB of spaces', BEARER, `Bearer${' '.repeat(65_536)}`],
  ['nothing', BASIC, undefined],
  ['another password', BASIC, basic('prometheus', 'päss:wörd')],
  ['another user', BASIC, basic('Prometheus', 'päss:wörd 🔑')],
  ['a value that is no base64', BASIC, 'Basic %%%'],
  ['credentials without base64', BASIC, 'Basic prometheus:päss:wörd'],
  ['the password in Latin-1', BASIC, `Basic ${Buffer.from('prometheus:päss', 'latin1').toString('base64')}`],
])('authRule refuses %s', async (_, auth, authorization) => {
  expect(await authRule(auth).isAllowed(authorization, undefined)).toBe(false);
});

test('authRule has a challenge for credentials, and none for a function', () => {
  const challenges = [BEARER, BASIC, () => true].map((auth) => authRule(auth).challenge);

  expect(challenges).toEqual(['Bearer realm="metrics"', 'Basic realm="metrics"', undefined]);
});

test.each<[answer: unknown, isAllowed: boolean]>([
  [true, true],
  [Promise.resolve(true), true],
  [false, false],
  [Promise.resolve(false), false],
  [undefined, false],
  ['yes', false],
  [Promise.resolve(1), false],
])('authRule with a function that returns %s allows: %s', async (answer, isAllowed) => {
  const ask = vi.fn(() => answer as boolean);
  const req = {};

  const rule = authRule(ask);

  expect(await rule.isAllowed('Bearer x', req)).toBe(isAllowed);
  expect(ask.mock.calls).toEqual([[req]]);
});

const EITHER = 'Option "auth" must be { bearer }, { basic: { user, password } } or a function; got ';
const TOKEN = 'Option "auth.bearer" must be a string of visible ASCII characters, without spaces; got ';
const PAIR =
  'Option "auth.basic" must be { user, password }, non-empty strings without control characters, the user without ":"; got ';

test.each<[auth: unknown, message: string]>([
  [null, `${EITHER}null`],
  [{ bearer: 's3cret', basic: BASIC.basic }, `${EITHER}an object with bearer, basic`],
  [{ bearer: 's3cret\n' }, `${TOKEN}a string of 7 characters`],
  [
    { basic: { user: 'a:b', password: 's3cret' } },
    `${PAIR}user a string of 3 characters, password a string of 6 characters`,
  ],
])('checkAuth refuses %j with an error without the secret', (auth, message) => {
  const check = () => checkAuth(auth);

  expect(check).toThrow(expect.objectContaining({ name: 'TypeError', code: 'INVALID_OPTION', message }));
  expect(message).not.toMatch(/s3|123/);
});
