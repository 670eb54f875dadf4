import { describeValue, rangeError, typeError } from '@promwright/model';
import type { GatewayAddress } from './gateway-address.ts';

/** The option `auth`. */
export type PushAuth =
  | { readonly bearer: string }
  | { readonly basic: { readonly user: string; readonly password: string } };

/**
 * The header `Authorization` for the option `auth`, or for the credentials in the address.
 * @throws TypeError or RangeError with code `INVALID_OPTION`, which tells no secret
 */
export function authorization(auth: unknown, credentials: GatewayAddress['credentials']): string | undefined {
  if (auth === undefined) return credentials && basicHeader(credentials.user, credentials.password);
  if (credentials !== undefined) {
    throw rangeError('INVALID_OPTION', 'Option "auth" must be left out where "url" has credentials; got both');
  }
  const { bearer, basic } = (auth ?? {}) as { bearer?: unknown; basic?: unknown };
  if ((bearer === undefined) === (basic === undefined)) {
    throw typeError(
      'INVALID_OPTION',
      `Option "auth" must be { bearer } or { basic: { user, password } }; got ${kindOf(auth)}`,
    );
  }
  return bearer === undefined ? basicOf(basic) : `Bearer ${checkBearer(bearer)}`;
}

function checkBearer(bearer: unknown): string {
  // Such as the end of the line of a file that was read.
  if (typeof bearer === 'string' && /^[!-~]+$/.test(bearer)) return bearer;
  throw typeError(
    'INVALID_OPTION',
    `Option "auth.bearer" must be a text of visible ASCII characters, without spaces; got ${kindOf(bearer)}`,
  );
}

function basicOf(basic: unknown): string {
  const { user, password } = (basic ?? {}) as { user?: unknown; password?: unknown };
  // A colon ends the name (RFC 7617, section 2).
  if (isCredential(user) && !user.includes(':') && isCredential(password)) return basicHeader(user, password);
  const found = typeof basic === 'object' && basic !== null ? `user ${kindOf(user)}, password ${kindOf(password)}` : '';
  throw typeError(
    'INVALID_OPTION',
    `Option "auth.basic" must be { user, password }, texts that are not empty, without control characters, the user without ":"; got ${found || kindOf(basic)}`,
  );
}

/** Of the bytes of UTF-8. */
function basicHeader(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** Control characters are forbidden there (RFC 7617, section 2). */
function isCredential(value: unknown): value is string {
  return typeof value === 'string' && /^\P{Cc}+$/u.test(value);
}

/** What may be a secret is not told. */
function kindOf(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'an empty text' : `a text of ${value.length} characters`;
  if (typeof value === 'number' || typeof value === 'bigint') return 'a number';
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return describeValue(value);
  return `an object with ${Object.keys(value).join(', ') || 'no keys'}`;
}
