import type { IncomingMessage, ServerResponse } from 'node:http';
import { ActiveRequest } from '../../requests/active-request.ts';
import { type Carrier, detach, detachFromReq } from '../../requests/active-requests.ts';
import { contentLength } from '../../requests/content-length.ts';
import type { RouteOf } from '../../requests/request-record.ts';
import type { RequestRecorder } from '../../requests/request-recorder.ts';
import { routeSetFor } from '../../requests/set-route.ts';
import { carrierOf } from './carrier.ts';
import type { EarlyRequest } from './early-request.ts';
import type { WatchedRequest } from './watch-completion.ts';

// Registered by name: two copies of this package count an abort once.
const ABORTED: unique symbol = Symbol.for('@promwright/http-aborted@1') as never;

interface Aborted {
  [ABORTED]?: true;
}

/**
 * Option `sizes`: no sizes, the header `Content-Length`, or the bytes of the response's body.
 */
export type Sizes = false | 'header' | 'body';

/** Request to one of Node's servers. */
export class NodeRequest<Req = unknown, Res = unknown> extends ActiveRequest<Req, Res> implements WatchedRequest {
  readonly rawReq: IncomingMessage;
  readonly rawRes: ServerResponse;
  /** Object that carries the request while the request is active. */
  readonly carrier: Carrier<NodeRequest>;
  finished = false;
  /** Next request that is attached to the same carrier. */
  nextOnCarrier: NodeRequest | undefined = undefined;
  /** Bytes of the response's body so far, if counted. */
  bodyBytes = 0;
  readonly #recorder: RequestRecorder<Req, Res, string>;
  readonly #sizes: Sizes;
  readonly #rawHeaders: readonly string[] | undefined;
  readonly #isHttp2: boolean;
  /** Status of the written headers; 0 before headers were observed. */
  #sentStatus = 0;
  #isOver = false;

  constructor(
    recorder: RequestRecorder<Req, Res, string>,
    sizes: Sizes,
    rawReq: IncomingMessage,
    rawRes: ServerResponse,
    method: string,
    routeOf: RouteOf<Req, Res> | undefined,
    req: Req,
    res: Res,
    early: EarlyRequest | undefined,
  ) {
    super(req, res, method, routeOf);
    this.rawReq = rawReq;
    this.rawRes = rawRes;
    this.carrier = (early === undefined ? carrierOf(rawReq, rawRes) : early.carrier) as Carrier<NodeRequest>;
    this.routeSet = routeSetFor(rawReq);
    this.#rawHeaders = early === undefined ? rawReq.rawHeaders : early.rawHeaders;
    // Early requests come from servers of HTTP/1 only.
    this.#isHttp2 = early === undefined && rawReq.httpVersionMajor >= 2;
    this.#recorder = recorder;
    this.#sizes = sizes;
  }

  /**
   * Joins a second recording of this request. Another instrumentation contributes only its route function. The same
   * instrumentation, called again by a framework, replaces the raw request and response by the framework's.
   */
  join<Q, S>(
    recorder: RequestRecorder<Q, S, string>,
    routeOf: RouteOf<Q, S> | undefined,
    req: Q & Req,
    res: S & Res,
  ): void {
    if (this.hasFramework || (recorder as unknown) !== this.#recorder) {
      if (routeOf === undefined) return;
      // First a constant: V8 puts a function expression that is assigned to a property into old memory (see hookHeaders).
      const innermost = () => routeOf(req, res);
      this.routeOf = innermost;
      return;
    }
    this.hasFramework = true;
    this.req = req;
    this.res = res;
    this.routeOf = routeOf as RouteOf<Req, Res> | undefined;
    if (this.#isOver) return;
    if (this.#recorder.isSkipped(req, this.rawReq)) this.cancel();
    else this.#recorder.frameworkAttached(this);
  }

  /** Ends and records the request; further calls do nothing. An arrow function, because it is also a listener. */
  readonly end = (): void => {
    if (this.#isOver) return;
    this.#close();
    const { rawRes } = this;
    try {
      const status = this.#sentStatus || (rawRes.headersSent ? rawRes.statusCode : 0);
      const abortPhase = status === 0 ? 'before_headers' : this.#isCompleted() ? undefined : 'mid_response';
      if (abortPhase === undefined || isFirstAbort(rawRes)) this.#recorder.end(this, status, abortPhase);
    } catch (error) {
      this.#recorder.reportError(error);
    }
  };

  /** True if a response with headers was sent completely. Valid once the response has ended. */
  #isCompleted(): boolean {
    // A cancelled HTTP/2 stream emits "finish" too.
    return (this.finished || this.rawRes.writableFinished) && !(this.#isHttp2 && this.rawReq.aborted);
  }

  /** Ends the request without recording it. */
  cancel(): void {
    this.#close();
  }

  #close(): void {
    this.#isOver = true;
    detach<NodeRequest>(this as NodeRequest);
    if (this.carrier === this.rawRes) detachFromReq(this.rawReq, this);
    this.#recorder.release(this);
  }

  /** Notes the status, and begins a stream if the headers are those of an event stream. */
  headersWritten(status: unknown, headers: unknown): void {
    try {
      if (this.#isOver || this.#sentStatus !== 0) return;
      this.#sentStatus = typeof status === 'number' ? status : this.rawRes.statusCode;
      const isStream = isEventStream(this.rawRes, headers);
      if (isStream || this.#recorder.needsTimeToHeaders) this.headersMs = performance.now();
      if (isStream) this.#recorder.streamBegan(this);
    } catch (error) {
      this.#recorder.reportError(error);
    }
  }

  /** Notes that the response is a stream, whatever its headers are. */
  streamBegan(): void {
    if (!this.#isOver) this.#recorder.streamBegan(this);
  }

  override get scheme(): string {
    return (this.rawReq.socket as { encrypted?: boolean } | undefined)?.encrypted ? 'https' : 'http';
  }

  override get protocolVersion(): string {
    const { httpVersion } = this.rawReq;
    // Spelling of the semantic conventions (attribute network.protocol.version).
    return httpVersion === '2.0' ? '2' : httpVersion;
  }

  override get requestBytes(): number | undefined {
    return contentLength(this.rawReq.headers['content-length']);
  }

  override get responseBytes(): number | undefined {
    const { rawReq, rawRes } = this;
    // These responses have no body, whatever the handler wrote and whatever Content-Length it set.
    if (rawReq.method === 'HEAD' || rawRes.statusCode === 204 || rawRes.statusCode === 304) return 0;
    if (this.#sizes === 'body') return this.bodyBytes;
    return contentLength(rawRes.getHeader('content-length'));
  }

  override get traceparent(): string | undefined {
    // Not from `headers`, which builds an object of all headers when it is first read.
    const rawHeaders = this.#rawHeaders;
    if (rawHeaders === undefined) return undefined;
    for (let i = 0; i < rawHeaders.length; i += 2) {
      const name = rawHeaders[i]!;
      if (name.length === 11 && name.toLowerCase() === 'traceparent') return rawHeaders[i + 1];
    }
    return undefined;
  }
}

/** True for the first call with an aborted response: a late instrumentation of the request must not count the abort again. */
function isFirstAbort(rawRes: ServerResponse & Aborted): boolean {
  if (rawRes[ABORTED] === true) return false;
  rawRes[ABORTED] = true;
  return true;
}

/** True if the response is an event stream. Headers that are passed to `writeHead` may be missing in `getHeader`. */
function isEventStream(res: ServerResponse, passed: unknown): boolean {
  if (typeof passed !== 'object' || passed === null) return isEventStreamType(res.getHeader('content-type'));
  if (Array.isArray(passed)) {
    for (const [name, value] of pairsOf(passed)) if (isContentType(name)) return isEventStreamType(value);
  } else {
    for (const name in passed)
      if (isContentType(name)) return isEventStreamType((passed as Record<string, unknown>)[name]);
  }
  return isEventStreamType(res.getHeader('content-type'));
}

function isContentType(name: string): boolean {
  return name.length === 12 && name.toLowerCase() === 'content-type';
}

function isEventStreamType(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('text/event-stream');
}

/** Returns pairs of names and values, from pairs or from a flat list of names and values. */
function pairsOf(headers: readonly unknown[]): (readonly [string, unknown])[] {
  if (Array.isArray(headers[0])) return headers as (readonly [string, unknown])[];
  return headers.flatMap((name, i) => (i % 2 === 0 ? [[String(name), headers[i + 1]] as const] : []));
}
