import { PromwrightError } from '@promwright/model';

const BRAND: unique symbol = Symbol.for('@promwright/graphite-error@1') as never;

/**
 * Reason for which a snapshot was not sent:
 *
 * - `gather`: the metrics could not be gathered
 * - `connect`: no connection could be opened
 * - `tls`: no agreement on TLS, such as an untrusted certificate
 * - `connection`: the connection broke
 * - `timeout`: the server accepted nothing for too long
 * - `dropped`: too many other snapshots waited, or the bridge stopped
 */
export type GraphiteFailure = 'gather' | 'connect' | 'tls' | 'connection' | 'timeout' | 'dropped';

/**
 * Error of a snapshot that was not sent: code `PUSH_FAILED`, with the error of the network as `cause`. `instanceof` also
 * recognises errors of another copy of this package.
 */
export class GraphiteError extends PromwrightError {
  readonly reason: GraphiteFailure;

  /** Called by the bridge. */
  constructor(reason: GraphiteFailure, message: string, options?: ErrorOptions) {
    super('PUSH_FAILED', message, options);
    this.name = 'GraphiteError';
    this.reason = reason;
    Object.defineProperty(this, BRAND, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // A subclass keeps the ordinary meaning of instanceof.
    if (this !== GraphiteError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === 'object' && value !== null && BRAND in value;
  }
}
