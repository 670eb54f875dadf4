import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { carrierOf, type NodeCarrier } from './carrier.ts';
import type { NodeRequest } from './node-request.ts';
import { hookHeaders } from './response-hooks.ts';
import { watchCompletion } from './watch-completion.ts';

const START = 'http.server.request.start';

/**
 * A request that a server has just received, before any framework has it. Express gives each request and response a hidden
 * class of its own, after which whatever is read of them takes ten times as long, and whatever is added a microsecond; so
 * what a record will need is looked up and put in place here. Nothing is recorded unless a record begins.
 */
export class EarlyRequest {
  readonly rawReq: IncomingMessage;
  readonly rawRes: ServerResponse;
  readonly method: string | undefined;
  readonly target: string;
  readonly rawHeaders: readonly string[];
  readonly carrier: NodeCarrier;
  /** Whether the response has already ended. */
  isOver = false;
  /** The record that has begun. */
  request: NodeRequest | undefined = undefined;

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

/** The request that was received last: whoever asks in the same turn of the event loop asks about this one. */
const latest: { sighting: EarlyRequest | undefined } = { sighting: undefined };

/** Looks at all requests of the process from now on, for adapters whose framework makes that worth while. May be called again. */
export function observeRequests(): void {
  unobserveRequests();
  subscribe(START, onStart);
}

/** Looks at none from now on. */
export function unobserveRequests(): void {
  unsubscribe(START, onStart);
}

/** The sighting of a request, if it was received last. */
export function earlyRequestByReq(rawReq: object): EarlyRequest | undefined {
  const { sighting } = latest;
  return sighting?.rawReq === rawReq ? sighting : undefined;
}

/** The sighting of a response's request, if it was received last. */
export function earlyRequestByRes(rawRes: object): EarlyRequest | undefined {
  const { sighting } = latest;
  return sighting?.rawRes === rawRes ? sighting : undefined;
}

// What a subscriber throws ends the process.
function onStart(message: unknown): void {
  try {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const sighting = new EarlyRequest(request, response);
    watchCompletion(sighting);
    hookHeaders(response, sighting);
    latest.sighting = sighting;
  } catch {
    // The record will do without.
    latest.sighting = undefined;
  }
}
