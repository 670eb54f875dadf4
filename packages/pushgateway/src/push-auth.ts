import { type Credentials, checkCredentials } from '@promwright/exporter';
import { rangeError } from '@promwright/model';
import type { GatewayAddress } from './gateway-address.ts';

/** Credentials for the option `auth`. */
export type PushAuth = Credentials;

/**
 * Returns the header `Authorization` for the option `auth`, or for the credentials in the URL.
 * @throws TypeError or RangeError with code `INVALID_OPTION`, without secrets in the message
 */
export function authorization(auth: unknown, credentials: GatewayAddress['credentials']): string | undefined {
  if (auth === undefined) return credentials && basicHeader(credentials.user, credentials.password);
  if (credentials !== undefined) {
    throw rangeError('INVALID_OPTION', 'Option "auth" must be omitted if "url" has credentials; got both');
  }
  const checked = checkCredentials('auth', auth, '{ bearer } or { basic: { user, password } }');
  return 'bearer' in checked ? `Bearer ${checked.bearer}` : basicHeader(checked.basic.user, checked.basic.password);
}

/** Returns a header of basic authentication, with the credentials in UTF-8. */
function basicHeader(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
