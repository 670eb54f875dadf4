import { type Credentials, checkCredentials } from '@promwright/exporter';
import { rangeError } from '@promwright/model';
import type { GatewayAddress } from './gateway-address.ts';

/** The option `auth`. */
export type PushAuth = Credentials;

/**
 * The header `Authorization` for the option `auth`, or for the credentials in the address.
 * @throws TypeError or RangeError with code `INVALID_OPTION`, which tells no secret
 */
export function authorization(auth: unknown, credentials: GatewayAddress['credentials']): string | undefined {
  if (auth === undefined) return credentials && basicHeader(credentials.user, credentials.password);
  if (credentials !== undefined) {
    throw rangeError('INVALID_OPTION', 'Option "auth" must be left out where "url" has credentials; got both');
  }
  const checked = checkCredentials('auth', auth, '{ bearer } or { basic: { user, password } }');
  return 'bearer' in checked ? `Bearer ${checked.bearer}` : basicHeader(checked.basic.user, checked.basic.password);
}

/** Of the bytes of UTF-8. */
function basicHeader(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
