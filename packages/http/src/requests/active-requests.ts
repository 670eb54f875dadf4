import type { RouteOf } from './request-record.ts';

// By name, so that a request which passes two copies of this package is counted once.
const OPEN: unique symbol = Symbol.for('@promwright/http-open@1') as never;

/** The record of a request that is under way, as far as any copy of this package and any kind of server knows it. */
export interface AttachedRequest {
  routeOf: RouteOf<never, never> | undefined;
  routeSet: unknown;
}

/** Something that records are kept on. */
export interface Carrier<R = AttachedRequest> {
  [OPEN]?: R | undefined;
}

/** One of the records that are kept on a socket of Node's. */
interface OnSocket extends AttachedRequest {
  readonly rawReq: object;
  readonly nextOnSocket: OnSocket | undefined;
}

/** What is kept on something; of more than one record the newest. */
export function attachedTo<R>(holder: Carrier<R>): R | undefined {
  return holder[OPEN];
}

/** Keeps something, in place of what was kept. */
export function keepOn<R>(holder: Carrier<R>, record: R | undefined): void {
  holder[OPEN] = record;
}

/** The record of a request of Node's; does not find simulated ones, nor those of HTTP/2. */
export function byRequest(rawReq: object): AttachedRequest | undefined {
  const { socket } = rawReq as { socket?: Carrier<OnSocket> | null };
  let open = socket?.[OPEN];
  while (open !== undefined && open.rawReq !== rawReq) open = open.nextOnSocket;
  return open;
}
