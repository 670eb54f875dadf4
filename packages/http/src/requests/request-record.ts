/**
 * End of a request: the response was completed; the request was aborted before or after the headers were sent; or, `error`, the
 * response was completed with a status of 500 or more.
 */
export type RequestOutcome = 'completed' | 'aborted_before_headers' | 'aborted_mid_response' | 'error';

/** Finished request that is about to be counted. Do not keep the record: it keeps the request and the response alive. */
export interface RequestRecord<Req = unknown, Res = unknown> {
  /** Method as in the labels: `_OTHER` for an unknown method. */
  readonly method: string;
  /** Template of the route; the option `unmatchedRoute` if no route matched. */
  readonly route: string;
  /** Status that was sent; 499 if none was sent. */
  readonly status: number;
  readonly outcome: RequestOutcome;
  /** Time from the beginning of the instrumentation to the end of the response. */
  readonly durationSeconds: number;
  /** Time to the sending of the headers; `undefined` if the headers were not observed (see the option `timeToHeaders`). */
  readonly timeToHeadersSeconds: number | undefined;
  /**
   * `aborted` for an aborted request. For a status of 500 or more, the name of the error if the framework reported an error,
   * else the status as a string. `undefined` for all other requests.
   */
  readonly errorType: string | undefined;
  /** Request of the framework. */
  readonly req: Req;
  /** Response of the framework. */
  readonly res: Res;
}

/**
 * Returns the route under which a request is recorded: `undefined` if no route matched, `false` if the request is not to be
 * recorded.
 */
export type RouteOf<Req, Res> = (req: Req, res: Res) => string | false | undefined;
