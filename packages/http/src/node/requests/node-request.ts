import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ActiveRequest } from '../../requests/active-request.ts';
import { contentLength } from '../../requests/content-length.ts';
import type { RouteOf } from '../../requests/request-record.ts';
import type { RequestRecorder } from '../../requests/request-recorder.ts';
import { routeSetFor } from '../../requests/set-route.ts';
import { carrierOf, detach, type NodeCarrier } from './carrier.ts';
import type { EarlyRequest } from './early-request.ts';
import type { WatchedRequest } from './watch-completion.ts';

// By name, for two copies of this package.
const ABORTED: unique symbol = Symbol.for('@promwright/http-aborted@1') as never;

interface Aborted {
  [ABORTED]?: true;
}

/** What the option `sizes` says. */
export type Sizes = false | 'header' | 'socket' | 'body';

/** A request to one of Node's servers. */
export class NodeRequest<Req = unknown, Res = unknown> extends ActiveRequest<Req, Res> implements WatchedRequest {
  readonly rawReq: IncomingMessage;
  readonly rawRes: ServerResponse;
  /** Where the record is kept. */
  readonly carrier: NodeCarrier;
  finished = false;
  /** Another one whose record is kept at the same place. */
  nextOnSocket: NodeRequest | undefined = undefined;
  /** Bytes of the body so far, where they are counted. */
  bodyBytes = 0;
  readonly #recorder: RequestRecorder<Req, Res, string>;
  readonly #sizes: Sizes;
  readonly #rawHeaders: readonly string[] | undefined;
  readonly #isHttp2: boolean;
  /** The status as the headers were written with; 0 while nobody saw them go. */
  #sentStatus = 0;
  /** What the socket had read and written when the request began. */
  #socketRead = 0;
  #socketWritten = 0;
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
    sighting: EarlyRequest | undefined,
  ) {
    super(req, res, method, routeOf);
    this.rawReq = rawReq;
    this.rawRes = rawRes;
    this.carrier = sighting === undefined ? carrierOf(rawReq, rawRes) : sighting.carrier;
    this.routeSet = routeSetFor(rawReq);
    this.#rawHeaders = sighting === undefined ? rawReq.rawHeaders : sighting.rawHeaders;
    this.#isHttp2 = sighting === undefined && rawReq.httpVersionMajor >= 2;
    this.#recorder = recorder;
    this.#sizes = sizes;
    if (sizes === 'socket') {
      this.#socketRead = rawReq.socket?.bytesRead ?? 0;
      this.#socketWritten = rawReq.socket?.bytesWritten ?? 0;
    }
  }

  /** Another instrumentation begins it too, or the same one once more, now with the framework's request and response. */
  join<Q, S>(
    recorder: RequestRecorder<Q, S, string>,
    routeOf: RouteOf<Q, S> | undefined,
    req: Q & Req,
    res: S & Res,
  ): void {
    if (!this.isBare || (recorder as unknown) !== this.#recorder) {
      if (routeOf === undefined) return;
      // A constant first, as in hookHeaders.
      const innermost = () => routeOf(req, res);
      this.routeOf = innermost;
      return;
    }
    this.isBare = false;
    this.req = req;
    this.res = res;
    this.routeOf = routeOf as RouteOf<Req, Res> | undefined;
    if (this.#isOver) return;
    if (this.#recorder.isSkipped(req, this.rawReq)) this.cancel();
    else this.#recorder.frameworkAttached(this);
  }

  /** Ends the request, the first time that it is called. Its own, so that it can be a listener as it is. */
  readonly end = (): void => {
    if (this.#isOver) return;
    this.cancel();
    const { rawRes } = this;
    try {
      const status = this.#sentStatus || (rawRes.headersSent ? rawRes.statusCode : 0);
      const abortPhase = status === 0 ? 'before_headers' : this.#isCompleted() ? undefined : 'mid_response';
      if (abortPhase === undefined || isFirstToTell(rawRes)) this.#recorder.end(this, status, abortPhase);
    } catch (error) {
      this.#recorder.reportError(error);
    }
  };

  /** Whether a response with headers has come to its end. To be asked once it is over. */
  #isCompleted(): boolean {
    // A cancelled HTTP/2 stream also says "finish".
    return (this.finished || this.rawRes.writableFinished) && !(this.#isHttp2 && this.rawReq.aborted);
  }

  /** Ends the request without a record. */
  cancel(): void {
    this.#isOver = true;
    detach(this as NodeRequest);
    this.#recorder.release(this);
  }

  /** The headers of the response are written, by `writeHead` that was given these headers. */
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

  /** What is sent is a stream, whatever its headers say. */
  streamBegan(): void {
    if (!this.#isOver) this.#recorder.streamBegan(this);
  }

  override get scheme(): string {
    return (this.rawReq.socket as { encrypted?: boolean } | undefined)?.encrypted ? 'https' : 'http';
  }

  override get protocolVersion(): string {
    const { httpVersion } = this.rawReq;
    // As the semantic conventions write it (attribute network.protocol.version).
    return httpVersion === '2.0' ? '2' : httpVersion;
  }

  override get requestBytes(): number | undefined {
    if (this.#sizes === 'socket') return bytesSince(this.rawReq.socket?.bytesRead, this.#socketRead);
    return contentLength(this.rawReq.headers['content-length']);
  }

  override get responseBytes(): number | undefined {
    const { rawReq, rawRes } = this;
    if (this.#sizes === 'socket') return bytesSince(rawReq.socket?.bytesWritten, this.#socketWritten);
    // Such a response has no body, whatever was written and whatever length it says the body would have.
    if (rawReq.method === 'HEAD' || rawRes.statusCode === 204 || rawRes.statusCode === 304) return 0;
    if (this.#sizes === 'body') return this.bodyBytes;
    return contentLength(rawRes.getHeader('content-length'));
  }

  override get traceparent(): string | undefined {
    // Not by `headers`, which makes an object of all of them when it is first asked.
    const rawHeaders = this.#rawHeaders;
    if (rawHeaders === undefined) return undefined;
    for (let i = 0; i < rawHeaders.length; i += 2) {
      const name = rawHeaders[i]!;
      if (name.length === 11 && name.toLowerCase() === 'traceparent') return rawHeaders[i + 1];
    }
    return undefined;
  }
}

/** Of an aborted response: an instrumentation that the request reaches late must not count it again. */
function isFirstToTell(rawRes: ServerResponse & Aborted): boolean {
  if (rawRes[ABORTED] === true) return false;
  rawRes[ABORTED] = true;
  return true;
}

function bytesSince(now: Socket['bytesRead'] | undefined, then: number): number | undefined {
  return now === undefined ? undefined : now - then;
}

/** Headers that were given to `writeHead` may be known to nobody but the text that is sent. */
function isEventStream(res: ServerResponse, given: unknown): boolean {
  if (typeof given !== 'object' || given === null) return isEventStreamType(res.getHeader('content-type'));
  if (Array.isArray(given)) {
    for (const [name, value] of pairsOf(given)) if (isContentType(name)) return isEventStreamType(value);
  } else {
    for (const name in given)
      if (isContentType(name)) return isEventStreamType((given as Record<string, unknown>)[name]);
  }
  return isEventStreamType(res.getHeader('content-type'));
}

function isContentType(name: string): boolean {
  return name.length === 12 && name.toLowerCase() === 'content-type';
}

function isEventStreamType(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('text/event-stream');
}

/** Of names and values one after the other, or of pairs of them. */
function pairsOf(headers: readonly unknown[]): (readonly [string, unknown])[] {
  if (Array.isArray(headers[0])) return headers as (readonly [string, unknown])[];
  return headers.flatMap((name, i) => (i % 2 === 0 ? [[String(name), headers[i + 1]] as const] : []));
}
