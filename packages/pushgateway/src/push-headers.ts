import { validateHeaderName, validateHeaderValue } from 'node:http';
import { describeValue, PromwrightError, rangeError, typeError } from '@promwright/model';

/** What a push says of itself, or Node of the connection. */
const RESERVED_HEADERS = [
  'content-type',
  'content-encoding',
  'content-length',
  'transfer-encoding',
  'connection',
  'expect',
  'upgrade',
];

/**
 * The option `headers`, copied, with the header `Authorization` where there is one.
 * @throws with code `INVALID_OPTION`; values, which may be secrets, are not told
 */
export function pushHeaders(headers: unknown, authorization: string | undefined): Readonly<Record<string, string>> {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) {
    throw typeError('INVALID_OPTION', `Option "headers" must be an object of texts; got ${describeValue(headers)}`);
  }
  const checked = Object.entries(headers).map(([name, value]) => {
    checkHeader(name, value);
    const key = name.toLowerCase();
    if (RESERVED_HEADERS.includes(key)) {
      throw rangeError('INVALID_OPTION', `Option "headers" must not have "${name}", which a push sets by itself`);
    }
    if (key === 'authorization' && authorization !== undefined) {
      throw rangeError('INVALID_OPTION', `Option "headers" must not have "${name}" beside other credentials; got both`);
    }
    return [name, value] as const;
  });
  return { ...Object.fromEntries(checked), ...(authorization !== undefined && { Authorization: authorization }) };
}

function checkHeader(name: string, value: unknown): void {
  try {
    validateHeaderName(name);
  } catch (cause) {
    const found = describeValue(name);
    throw new PromwrightError('INVALID_OPTION', `Option "headers" must have names of headers; got ${found}`, { cause });
  }
  const rule = `Option "headers" must have a text without line breaks as ${describeValue(name)}`;
  if (typeof value !== 'string') throw typeError('INVALID_OPTION', `${rule}; got ${typeof value}`);
  try {
    validateHeaderValue(name, value);
  } catch {
    throw rangeError('INVALID_OPTION', `${rule}; got other characters`);
  }
}
