import { type ConnectionOptions, createSecureContext } from 'node:tls';
import {
  checkBoolean,
  checkOptionNames,
  errorMessage,
  optionTypeError,
  PromwrightError,
  rangeError,
} from '@promwright/model';

/** Options of `node:tls` that set trust and identity, for the option `tls`. */
export type PushTls = Readonly<
  Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'passphrase' | 'pfx' | 'rejectUnauthorized' | 'servername'>
>;

const TLS_NAMES: readonly string[] = Object.keys({
  ca: true,
  cert: true,
  key: true,
  passphrase: true,
  pfx: true,
  rejectUnauthorized: true,
  servername: true,
} satisfies Record<keyof PushTls, true>);

/**
 * Returns a checked copy of the option `tls`.
 * @throws an error with code `INVALID_OPTION`
 */
export function pushTls(tls: unknown, protocol: 'http:' | 'https:'): PushTls {
  if (tls === undefined) return {};
  if (typeof tls !== 'object' || tls === null) {
    throw optionTypeError('tls', 'an object', tls);
  }
  checkOptionNames('Option "tls"', tls, TLS_NAMES);
  if (protocol === 'http:') {
    throw rangeError('INVALID_OPTION', 'Option "tls" must be omitted unless "url" begins with "https://"');
  }
  const { ca, cert, key, passphrase, pfx, rejectUnauthorized, servername } = tls as PushTls;
  if (rejectUnauthorized !== undefined) checkBoolean('tls.rejectUnauthorized', rejectUnauthorized);
  if (servername !== undefined && typeof servername !== 'string') {
    throw optionTypeError('tls.servername', 'a string', servername);
  }
  const context = defined({ ca, cert, key, passphrase, pfx });
  try {
    createSecureContext(context);
  } catch (cause) {
    throw new PromwrightError('INVALID_OPTION', `Option "tls" is not usable: ${errorMessage(cause)}`, { cause });
  }
  return { ...context, ...defined({ rejectUnauthorized, servername }) };
}

/** Returns a copy without undefined properties. Node distinguishes some of them from absent properties. */
function defined<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}
