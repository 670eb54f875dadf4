import { requirePlatform } from './required-platform.ts';

// Here, because every package of the family imports this module, before any of its own code runs.
requirePlatform();

const BRAND: unique symbol = Symbol.for('@promwright/error@1') as never;

/**
 * Reason of an error, for programs to branch on. The message of an error is for people and may change in any version.
 */
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
  | 'SPOOL_FAILED'
  | 'ABORTED';

/**
 * Error thrown by Promwright; `code` identifies the broken rule.
 *
 * A value of a wrong type throws a `TypeError`, a value out of bounds a `RangeError`. Both have a `code` too, and are
 * `instanceof PromwrightError`, even if another copy of this package threw them.
 */
export class PromwrightError extends Error {
  /** Reason of the error, for programs to branch on. */
  readonly code: PromwrightErrorCode;

  constructor(code: PromwrightErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PromwrightError';
    this.code = code;
    Object.defineProperty(this, BRAND, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // Subclasses keep the normal meaning of instanceof.
    if (this !== PromwrightError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === 'object' && value !== null && BRAND in value;
  }
}

/** Creates a `TypeError` with a `code`, for a value of a wrong type. */
export function typeError(code: PromwrightErrorCode, message: string): TypeError & { code: PromwrightErrorCode } {
  return branded(new TypeError(message), code);
}

/** Creates a `RangeError` with a `code`, for a value of the right type that is out of bounds. */
export function rangeError(code: PromwrightErrorCode, message: string): RangeError & { code: PromwrightErrorCode } {
  return branded(new RangeError(message), code);
}

/**
 * Describes a rejected value for an error message: short, in quotes if the value is a string, and safe for any value.
 */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
  if (typeof value === 'number' || typeof value === 'boolean' || value == null) return String(value);
  if (typeof value === 'bigint') return `${value}n`;
  const length = arrayLength(value);
  if (length !== undefined) return `an array of ${length}`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  return 'an object';
}

/** Returns the length of an array; undefined for another value, such as a revoked proxy, which throws at every access. */
function arrayLength(value: unknown): number | undefined {
  try {
    return Array.isArray(value) ? value.length : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Creates the error for an option whose value has a wrong type.
 * @param kind the expected type, such as `a string`
 * @returns a TypeError with code `INVALID_OPTION`, for the caller to throw
 */
export function optionTypeError(option: string, kind: string, value: unknown): ReturnType<typeof typeError> {
  return typeError('INVALID_OPTION', `Option "${option}" must be ${kind}; got ${describeValue(value)}`);
}

/**
 * Returns the reason part of an error message: the message of an `Error`, a thrown string unchanged, any other value by
 * {@link describeValue}. For an `AggregateError` without a message, such as Node throws for a host with several
 * addresses, returns the messages of its errors, joined. Safe for any value.
 */
export function errorMessage(error: unknown): string {
  try {
    if (error instanceof AggregateError && error.message === '') return error.errors.map(errorMessage).join(', ');
    if (error instanceof Error) return String(error.message);
  } catch {
    return 'an error without a readable message';
  }
  return typeof error === 'string' ? error : describeValue(error);
}

function branded<E extends Error>(error: E, code: PromwrightErrorCode): E & { code: PromwrightErrorCode } {
  Object.defineProperty(error, BRAND, { value: true });
  return Object.assign(error, { code });
}
