import { PromwrightError } from '@promwright/model';

/** A push or a deletion that the Pushgateway did not take. Its code is `PUSH_FAILED`; `cause` is what went wrong below. */
export class PushError extends PromwrightError {
  /** Of the last answer; absent if there was none. */
  declare readonly status?: number;
  /** How many requests were sent. */
  readonly attempts: number;

  constructor(message: string, attempts: number, options: ErrorOptions & { readonly status?: number } = {}) {
    super('PUSH_FAILED', message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'PushError';
    if (options.status !== undefined) this.status = options.status;
    this.attempts = attempts;
  }
}
