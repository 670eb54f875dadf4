import type { RequestRecorder } from './request-recorder.ts';

/** Option `sizes`: no sizes, the header `Content-Length`, or the bytes of the response's body. */
export type Sizes = false | 'header' | 'body';

/** Rank of an instrumentation: of several, the highest records a request, because it knows most about the request. */
export type Rank = typeof EVERY_SERVER | typeof ONE_SERVER | typeof ADAPTER;
/** Rank of `instrumentAll`. */
export const EVERY_SERVER = 0;
/** Rank of `instrumentServer`. */
export const ONE_SERVER = 1;
/** Rank of an adapter, which knows the routes. */
export const ADAPTER = 2;

/** Recording of requests: the recorder, with the options that Node's requests need. */
export interface Recording<Req, Res> {
  readonly recorder: RequestRecorder<Req, Res, string>;
  readonly sizes: Sizes;
  readonly rank: Rank;
  readonly owner: Owner;
}

/** Instrumentation that records a request. Another copy of this package may own it. */
interface Owner {
  passes(inner: never): void;
}
