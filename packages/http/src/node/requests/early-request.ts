import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { processState } from '@promwright/model';
import { carrierOf } from './carrier.ts';
import { type HeadersWatcher, hookHeaders } from './response-hooks.ts';
import { watchCompletion } from './watch-completion.ts';

const START = 'http.server.request.start';

/** Recording that begins later: receives the events of the response from then on. */
interface Recording extends HeadersWatcher {
  end(): void;
}

/**
 * Per-request state captured when a server emits a request, before Express swaps the prototypes of the request and response.
 * After the swap each has a hidden class of its own: reading a property takes ten times as long, and adding a property takes a
 * microsecond. So values that a recording needs are read, and hooks are installed, before. Nothing is recorded unless a
 * recording begins.
 */
export class EarlyRequest {
  readonly rawReq: IncomingMessage;
  readonly rawRes: ServerResponse;
  readonly method: string | undefined;
  readonly target: string;
  readonly rawHeaders: readonly string[];
  readonly carrier: object;
  /** True once the response has ended. */
  isOver = false;
  /** Recording of the request, once it has begun. */
  request: Recording | undefined = undefined;

  constructor(rawReq: IncomingMessage, rawRes: ServerResponse) {
    this.rawReq = rawReq;
    this.rawRes = rawRes;
    this.method = rawReq.method;
    this.target = rawReq.url ?? '/';
    this.rawHeaders = rawReq.rawHeaders;
    this.carrier = carrierOf(rawReq, rawRes);
  }

  readonly end = (): void => {
    this.isOver = true;
    this.request?.end();
  };

  headersWritten(status: unknown, headers: unknown): void {
    this.request?.headersWritten(status, headers);
  }
}

interface Observation {
  /** Request that was received last. Code that runs in the same turn of the event loop asks about this request. */
  latest: EarlyRequest | undefined;
  /** Subscriber of the channel: one per process, also if two copies of this package observe requests. */
  subscriber: ((message: unknown) => void) | undefined;
}

const observation = /* @__PURE__ */ processState<Observation>('http-early-requests@1', () => ({
  latest: undefined,
  subscriber: undefined,
}));

/**
 * Observes all requests of the process from now on, for adapters of frameworks that make properties of requests slow (Express).
 * A further call has no effect.
 */
export function observeRequests(): void {
  if (observation.subscriber !== undefined) return;
  observation.subscriber = onStart;
  subscribe(START, onStart);
}

/** Ends the observation, also if another copy of this package began it. */
export function unobserveRequests(): void {
  const { subscriber } = observation;
  if (subscriber === undefined) return;
  observation.subscriber = undefined;
  observation.latest = undefined;
  unsubscribe(START, subscriber);
}

/** Returns the early state of a request, if this request was received last. */
export function earlyRequestByReq(rawReq: object): EarlyRequest | undefined {
  const { latest } = observation;
  return latest?.rawReq === rawReq ? latest : undefined;
}

/** Returns the early state of a response's request, if this request was received last. */
export function earlyRequestByRes(rawRes: object): EarlyRequest | undefined {
  const { latest } = observation;
  return latest?.rawRes === rawRes ? latest : undefined;
}

// An exception of a subscriber would end the process.
function onStart(message: unknown): void {
  try {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const early = new EarlyRequest(request, response);
    watchCompletion(early);
    hookHeaders(response, early);
    observation.latest = early;
  } catch {
    // The recording works without early state.
    observation.latest = undefined;
  }
}
