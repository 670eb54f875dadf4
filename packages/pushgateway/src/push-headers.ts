import { validateHeaderName, validateHeaderValue } from 'node:http';
import { describeValue, PromwrightError, rangeError, typeError } from '@promwright/model';

/** Headers that are set by a push or by Node. */
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
 * Returns a copy of the option `headers`, with the header `Authorization` if it is defined.
 * @throws an error with code `INVALID_OPTION`; the message contains no header values, because these may be secrets
 */
export function pushHeaders(headers: unknown, authorization: string | undefined): Readonly<Record<string, string>> {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) {
    throw typeError('INVALID_OPTION', `Option "headers" must be an object of strings; got ${describeValue(headers)}`);
  }
  const checked = Object.entries(headers).map(([name, value]) => {
    checkHeader(name, value);
    const key = name.toLowerCase();
    if (RESERVED_HEADERS.includes(key)) {
      throw rangeError('INVALID_OPTION', `Option "headers" must not have "${name}", which every push sets`);
    }
    if (key === 'authorization' && authorization !== undefined) {
      throw rangeError(
        'INVALID_OPTION',
        `Option "headers" must not have "${name}" in addition to other credentials; got both`,
      );
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
    throw new PromwrightError('INVALID_OPTION', `Option "headers" must have valid header names; got ${found}`, {
      cause,
    });
  }
  const rule = `Option "headers" must have a string without line breaks as ${describeValue(name)}`;
  if (typeof value !== 'string') throw typeError('INVALID_OPTION', `${rule}; got ${typeof value}`);
  try {
    validateHeaderValue(name, value);
  } catch {
    throw rangeError('INVALID_OPTION', `${rule}; got other characters`);
  }
}
