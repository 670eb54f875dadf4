import { PromwrightError } from '@promwright/model';

const BRAND: unique symbol = Symbol.for('@promwright/push-error@1') as never;

/**
 * Error of a push or a deletion that the Pushgateway did not accept: code `PUSH_FAILED`, with the underlying error as `cause`.
 * `instanceof` also recognises errors of another copy of this package.
 */
export class PushError extends PromwrightError {
  /** HTTP status of the last response; absent without a response. */
  declare readonly status?: number;
  /** Number of requests that were sent. */
  readonly attempts: number;

  constructor(message: string, attempts: number, options: ErrorOptions & { readonly status?: number } = {}) {
    super('PUSH_FAILED', message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'PushError';
    if (options.status !== undefined) this.status = options.status;
    this.attempts = attempts;
    Object.defineProperty(this, BRAND, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // A subclass keeps the ordinary meaning of instanceof.
    if (this !== PushError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === 'object' && value !== null && BRAND in value;
  }
}
