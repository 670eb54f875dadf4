import { describeAddress } from '@promwright/exporter';
import { describeValue, PromwrightError, rangeError, typeError } from '@promwright/model';

/** Address of a Pushgateway. */
export interface GatewayAddress {
  readonly protocol: 'http:' | 'https:';
  /** Host name or address for `node:http`: an IPv6 address is without brackets. */
  readonly hostname: string;
  readonly port: number | undefined;
  /** Scheme, host and port for messages, without credentials. */
  readonly origin: string;
  /** Path before `/metrics`: empty, or a path without a slash at its end. */
  readonly prefix: string;
  readonly credentials: { readonly user: string; readonly password: string } | undefined;
}

/**
 * Reads the option `url`. Error messages contain no credentials of the URL.
 * @throws TypeError or RangeError with code `INVALID_OPTION`
 */
export function gatewayAddress(url: unknown): GatewayAddress {
  if (typeof url !== 'string' && typeof (url as Partial<URL> | null | undefined)?.href !== 'string') {
    throw typeError('INVALID_OPTION', `Option "url" must be a string or a URL; got ${describeValue(url)}`);
  }
  const text = String(url);
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed === undefined || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')) {
    throw rangeError(
      'INVALID_OPTION',
      `Option "url" must begin with "http://" or "https://"; got ${describeAddress(text)}`,
    );
  }
  if (parsed.search !== '' || parsed.hash !== '') {
    throw rangeError('INVALID_OPTION', `Option "url" must have no "?" and no "#"; got ${describeAddress(text)}`);
  }
  const { protocol, hostname, port, host, pathname } = parsed;
  return {
    protocol,
    hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? undefined : Number(port),
    origin: `${protocol}//${host}`,
    prefix: pathname.replace(/\/+$/, ''),
    credentials: credentialsOf(parsed),
  };
}

function credentialsOf({ username, password }: URL): GatewayAddress['credentials'] {
  if (username === '' && password === '') return undefined;
  try {
    return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    // No `cause`, because the error of decoding would contain the credentials.
    throw new PromwrightError(
      'INVALID_OPTION',
      'Option "url" must have well-formed escapes ("%40") in its credentials',
    );
  }
}
