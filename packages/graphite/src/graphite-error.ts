import { PromwrightError } from '@promwright/model';

/**
 * What kept a snapshot from being sent: the metrics could not be `gather`ed; there was no way to `connect`, or no trust
 * (`tls`); the `connection` broke; the server took nothing for so long that it counts as a `timeout`; or the snapshot was
 * `dropped`, because too many others waited or the bridge stopped.
 */
export type GraphiteFailure = 'gather' | 'connect' | 'tls' | 'connection' | 'timeout' | 'dropped';

/** A snapshot was not sent: code `PUSH_FAILED`. What the network said is the `cause`. */
export class GraphiteError extends PromwrightError {
  readonly reason: GraphiteFailure;

  /** Called by the bridge. */
  constructor(reason: GraphiteFailure, message: string, options?: ErrorOptions) {
    super('PUSH_FAILED', message, options);
    this.name = 'GraphiteError';
    this.reason = reason;
  }
}
