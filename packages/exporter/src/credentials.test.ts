import { expect, test } from 'vitest';
import { checkCredentials } from './credentials.ts';

const PAIR_OF_UTF8 = { user: 'prometheus', password: 'päss:wörd 🔑' };

test.each<[given: object, credentials: object]>([
  [{ bearer: 'abc.DEF-123_~+/=' }, { bearer: 'abc.DEF-123_~+/=' }],
  [{ basic: PAIR_OF_UTF8 }, { basic: PAIR_OF_UTF8 }],
  [{ bearer: undefined, basic: { ...PAIR_OF_UTF8, realm: 'x' } }, { basic: PAIR_OF_UTF8 }],
  [{ bearer: 'a', basic: undefined, other: 1 }, { bearer: 'a' }],
])('checkCredentials accepts %j and copies only known properties', (given, credentials) => {
  expect(checkCredentials('auth', given, 'either')).toStrictEqual(credentials);
});

test('checkCredentials returns a copy: later changes of the option have no effect', () => {
  const pair = { ...PAIR_OF_UTF8 };
  const credentials = checkCredentials('auth', { basic: pair }, 'either');

  pair.password = '';

  expect(credentials).toEqual({ basic: PAIR_OF_UTF8 });
});

const EITHER = 'Option "auth" must be { bearer } or nothing; got ';
const TOKEN = 'Option "auth.bearer" must be a string of visible ASCII characters, without spaces; got ';
const PAIR =
  'Option "auth.basic" must be { user, password }, non-empty strings without control characters, the user without ":"; got ';

test.each<[auth: unknown, message: string]>([
  [undefined, `${EITHER}undefined`],
  [null, `${EITHER}null`],
  [true, `${EITHER}true`],
  ['s3cret', `${EITHER}a string of 6 characters`],
  [{}, `${EITHER}an object with no keys`],
  [[], `${EITHER}an array of 0`],
  [{ token: 's3cret' }, `${EITHER}an object with token`],
  [{ bearer: 's3cret', basic: PAIR_OF_UTF8 }, `${EITHER}an object with bearer, basic`],
  [{ bearer: '' }, `${TOKEN}an empty string`],
  [{ bearer: 's3cret\n' }, `${TOKEN}a string of 7 characters`],
  [{ bearer: 's3 cret' }, `${TOKEN}a string of 7 characters`],
  [{ bearer: 's3crét' }, `${TOKEN}a string of 6 characters`],
  [{ bearer: 123_456 }, `${TOKEN}a number`],
  [{ bearer: null }, `${TOKEN}null`],
  [{ basic: null }, `${PAIR}null`],
  [{ basic: 'user:s3cret' }, `${PAIR}a string of 11 characters`],
  [
    { basic: { user: 'a:b', password: 's3cret' } },
    `${PAIR}user a string of 3 characters, password a string of 6 characters`,
  ],
  [{ basic: { user: '', password: 's3cret' } }, `${PAIR}user an empty string, password a string of 6 characters`],
  [{ basic: { user: 'a', password: '' } }, `${PAIR}user a string of 1 characters, password an empty string`],
  [
    { basic: { user: 'a', password: 's3cret\n' } },
    `${PAIR}user a string of 1 characters, password a string of 7 characters`,
  ],
  [{ basic: { user: 'a' } }, `${PAIR}user a string of 1 characters, password undefined`],
  [{ basic: { user: 'a', password: 123_456 } }, `${PAIR}user a string of 1 characters, password a number`],
])('checkCredentials rejects %j without the secret in the message', (auth, message) => {
  const check = () => checkCredentials('auth', auth, '{ bearer } or nothing');

  expect(check).toThrow(expect.objectContaining({ name: 'TypeError', code: 'INVALID_OPTION', message }));
  expect(message).not.toMatch(/s3|123/);
});
