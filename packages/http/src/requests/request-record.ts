/**
 * How a request ended: its response was completed; it was aborted before or after the headers were sent; or, `error`, it was
 * completed with a status of 500 or more.
 */
export type RequestOutcome = 'completed' | 'aborted_before_headers' | 'aborted_mid_response' | 'error';

/** A request that has ended, as it is about to be counted. Not to be kept: it holds the request and the response. */
export interface RequestRecord<Req = unknown, Res = unknown> {
  /** As in the labels: `_OTHER` for one that is not known. */
  readonly method: string;
  /** The template of the route; empty for none with `unmatchedRoute: false`. */
  readonly route: string;
  /** The status that was sent; 499 if none was. */
  readonly status: number;
  readonly outcome: RequestOutcome;
  /** From when the instrumentation saw the request to the end of the response. */
  readonly durationSeconds: number;
  /** The same to the sending of the headers; `undefined` where nobody saw them go (see the option `timeToHeaders`). */
  readonly timeToHeadersSeconds: number | undefined;
  /**
   * Of an aborted request `aborted`; of one with a status of 500 or more the name of the error, where the framework told of
   * one, or else the status as text.
   */
  readonly errorType: string | undefined;
  /** The framework's request and response. */
  readonly req: Req;
  readonly res: Res;
}

/**
 * Says under which route a request is recorded: `undefined` for one that matched none, `false` for one that is not to be
 * recorded.
 */
export type RouteOf<Req, Res> = (req: Req, res: Res) => string | false | undefined;
