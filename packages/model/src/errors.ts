import { requirePlatform } from './required-platform.ts';

// Here, because every package of the family imports this module, before any of its own code runs.
requirePlatform();

const BRAND: unique symbol = Symbol.for('@promwright/error@1') as never;

/** What went wrong, for programs to branch on; the text of an error is for people and may change. */
export type PromwrightErrorCode =
  | 'INVALID_NAME'
  | 'INVALID_LABEL_NAME'
  | 'INVALID_LABEL_VALUE'
  | 'INVALID_LABELS'
  | 'INVALID_HELP'
  | 'INVALID_UNIT'
  | 'INVALID_OPTION'
  | 'INVALID_BUCKETS'
  | 'INVALID_VALUE'
  | 'INVALID_EXEMPLAR'
  | 'INVALID_FAMILY'
  | 'INVALID_SYNTAX'
  | 'DUPLICATE_DEFINITION'
  | 'CLASHING_NAME'
  | 'COLLECTOR_FAILED'
  | 'COLLECTOR_TIMEOUT'
  | 'COLLECTOR_CYCLE'
  | 'ASYNC_COLLECTOR'
  | 'NO_DEFAULT_REGISTRY'
  | 'LISTEN_FAILED'
  | 'PUSH_FAILED'
  | 'WRITE_FAILED'
  | 'ABORTED';

/**
 * Every error that Promwright raises. `code` says which rule was broken.
 *
 * A wrong kind of value raises a `TypeError`, a value out of bounds a `RangeError`; both carry a `code` as well and pass
 * `instanceof PromwrightError`, also when another copy of this package raised them.
 */
export class PromwrightError extends Error {
  readonly code: PromwrightErrorCode;

  constructor(code: PromwrightErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PromwrightError';
    this.code = code;
    Object.defineProperty(this, BRAND, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // A subclass keeps the ordinary meaning of instanceof.
    if (this !== PromwrightError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === 'object' && value !== null && BRAND in value;
  }
}

/** A `TypeError` with a `code`: the value is of a kind that can never be right there. */
export function typeError(code: PromwrightErrorCode, message: string): TypeError & { code: PromwrightErrorCode } {
  return branded(new TypeError(message), code);
}

/** A `RangeError` with a `code`: the value is of the right kind and out of bounds. */
export function rangeError(code: PromwrightErrorCode, message: string): RangeError & { code: PromwrightErrorCode } {
  return branded(new RangeError(message), code);
}

/** How a value that was refused appears in a message: short, quoted if it is text, and safe for any value. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
  if (typeof value === 'number' || typeof value === 'boolean' || value == null) return String(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  return 'an object';
}

/**
 * The error for an option whose value is of a kind that can never be right there.
 * @param kind what it must be, such as `a text`
 * @returns a TypeError with code `INVALID_OPTION`, to be thrown
 */
export function optionTypeError(option: string, kind: string, value: unknown): ReturnType<typeof typeError> {
  return typeError('INVALID_OPTION', `Option "${option}" must be ${kind}; got ${describeValue(value)}`);
}

/**
 * What went wrong, for a message that begins with what it went wrong with: the text of an error, a text that was thrown as it
 * is, and of anything else what it is. Several that failed together without a text of their own are told one after the other,
 * as Node throws for a host with several addresses.
 */
export function errorMessage(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(errorMessage).join(', ');
  if (error instanceof Error) return error.message;
  return typeof error === 'string' ? error : describeValue(error);
}

function branded<E extends Error>(error: E, code: PromwrightErrorCode): E & { code: PromwrightErrorCode } {
  Object.defineProperty(error, BRAND, { value: true });
  return Object.assign(error, { code });
}
