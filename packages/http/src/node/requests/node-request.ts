import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ActiveRequest } from '../../requests/active-request.ts';
import { type Carrier, detach, detachFromReq } from '../../requests/active-requests.ts';
import { contentLength } from '../../requests/content-length.ts';
import { ADAPTER, type Recording } from '../../requests/recording.ts';
import type { RouteOf } from '../../requests/request-record.ts';
import { routeSetFor } from '../../requests/set-route.ts';
import { upgradeProtocol } from '../../requests/upgraded-connections.ts';
import { streamOf } from '../socket.ts';
import { carrierOf } from './carrier.ts';
import { countUpgraded } from './count-upgraded.ts';
import type { EarlyRequest } from './early-request.ts';
import { hookBody } from './response-hooks.ts';
import type { WatchedRequest } from './watch-completion.ts';

// Registered by name: two copies of this package count an abort once.
const ABORTED: unique symbol = Symbol.for('@promwright/http-aborted@1') as never;

interface Aborted {
  [ABORTED]?: true;
}

/** Instrumented server that a request arrived at. Another copy of this package may own it. */
export interface ArrivedAt {
  /** Called at the end of a request that was left out. */
  leftOut(rawReq: IncomingMessage, status: number): void;
  /** Called when a handler has upgraded the connection of a request. */
  upgradedByHandler(rawReq: IncomingMessage): void;
}

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
  /** Instrumented server that the request arrived at. */
  server: ArrivedAt | undefined = undefined;
  #recording: Recording<Req, Res>;
  readonly #rawHeaders: readonly string[] | undefined;
  readonly #rawMethod: string | undefined;
  #scheme: string | undefined = undefined;
  /** Status of the written headers; 0 if the connection was closed before, `undefined` until headers are observed. */
  #sentStatus: number | undefined = undefined;
  /** True for a request that is not recorded, by no instrumentation. It stays attached until its end. */
  #isExcluded = false;
  #isOver = false;

  constructor(
    recording: Recording<Req, Res>,
    rawReq: IncomingMessage,
    rawRes: ServerResponse,
    routeOf: RouteOf<Req, Res> | undefined,
    req: Req,
    res: Res,
    early: EarlyRequest | undefined,
  ) {
    const method = early === undefined ? rawReq.method : early.method;
    super(req, res, recording.recorder.methodLabel(method), routeOf);
    this.rawReq = rawReq;
    this.rawRes = rawRes;
    this.carrier = (early === undefined ? carrierOf(rawReq, rawRes) : early.carrier) as Carrier<NodeRequest>;
    this.routeSet = routeSetFor(rawReq);
    this.#rawMethod = method;
    this.#rawHeaders = early === undefined ? rawReq.rawHeaders : early.rawHeaders;
    this.#recording = recording;
  }

  /**
   * Joins a second recording of this request. The same instrumentation, called again by a framework, replaces the raw request and
   * response by the framework's. An instrumentation of a higher rank, or a further adapter that knows the route, takes the
   * recording over, with its options; the time of the beginning stays.
   */
  join<Q, S>(recording: Recording<Q, S>, routeOf: RouteOf<Q, S> | undefined, req: Q & Req, res: S & Res): void {
    if (this.#isOver || this.#isExcluded) return;
    const joining = recording as unknown as Recording<Req, Res>;
    const isSame = joining.recorder === this.#recording.recorder;
    if (isSame && this.hasFramework) this.#joinRoute(routeOf, req, res);
    else if (isSame) this.#attachFramework(routeOf, req, res);
    else if (joining.rank > this.#recording.rank || (joining.rank === ADAPTER && routeOf !== undefined)) {
      this.#takeOver(joining, routeOf, req, res);
    }
  }

  /** Excludes the request from all recordings. Later instrumentations leave it out too. */
  exclude(): void {
    if (this.#isOver || this.#isExcluded) return;
    this.#recording.recorder.release(this);
    this.#isExcluded = true;
  }

  /** Attaches a request that is excluded from the beginning. */
  static excluded<Req, Res>(request: NodeRequest<Req, Res>): void {
    request.#isExcluded = true;
  }

  #joinRoute<Q, S>(routeOf: RouteOf<Q, S> | undefined, req: Q, res: S): void {
    if (routeOf === undefined) return;
    // First a constant: V8 puts a function expression that is assigned to a property into old memory (see hookHeaders).
    const innermost = () => routeOf(req, res);
    this.routeOf = innermost;
  }

  #attachFramework<Q, S>(routeOf: RouteOf<Q, S> | undefined, req: Q & Req, res: S & Res): void {
    this.hasFramework = true;
    this.req = req;
    this.res = res;
    this.routeOf = routeOf as RouteOf<Req, Res> | undefined;
    const { recorder } = this.#recording;
    if (recorder.isSkipped(req, this.rawReq)) this.exclude();
    else recorder.frameworkAttached(this);
  }

  #takeOver<Q, S>(
    recording: Recording<Req, Res>,
    routeOf: RouteOf<Q, S> | undefined,
    req: Q & Req,
    res: S & Res,
  ): void {
    const { recorder } = recording;
    if (recorder.isSkipped(req, this.rawReq)) {
      this.exclude();
      return;
    }
    const { isStream } = this;
    const countsBody = this.#recording.sizes === 'body';
    if (routeOf === undefined && this.routeOf !== undefined) this.#joinRoute(this.routeOf, this.req, this.res);
    else this.#joinRoute(routeOf, req, res);
    this.#recording.recorder.release(this);
    this.#recording = recording;
    this.isStream = false;
    this.hasFramework = true;
    this.req = req;
    this.res = res;
    this.method = recorder.methodLabel(this.#rawMethod);
    recorder.begin(this);
    if (isStream) recorder.streamBegan(this);
    if (recording.sizes === 'body' && !countsBody) hookBody(this.rawRes, this);
  }

  /** Ends and records the request; further calls do nothing. An arrow function, because it is also a listener. */
  readonly end = (): void => {
    if (this.#isOver) return;
    this.#close();
    const { rawRes } = this;
    const { recorder } = this.#recording;
    try {
      const status = this.#sentStatus ?? (rawRes.headersSent ? sentStatusOf(rawRes, this.rawReq) : 0);
      if (this.#isExcluded) {
        this.server?.leftOut(this.rawReq, status);
        return;
      }
      const abortPhase = status === 0 ? 'before_headers' : this.#isCompleted() ? undefined : 'mid_response';
      if (abortPhase === undefined || isFirstAbort(rawRes)) recorder.end(this, status, abortPhase);
    } catch (error) {
      recorder.reportError(error);
    }
  };

  /** True if a response with headers was sent completely. Valid once the response has ended. */
  #isCompleted(): boolean {
    const { rawRes } = this;
    if (this.finished) return true;
    if (!rawRes.writableFinished) return false;
    // A response of HTTP/2 that was cancelled before its end finishes too.
    if ((this.carrier as object) === rawRes) return this.rawReq.httpVersionMajor < 2 || !this.rawReq.aborted;
    // A connection that closes while the system still has bytes to send finishes the response too. Both are true for a
    // connection that the server ends after the response.
    const socket = this.carrier as unknown as Socket;
    return !socket.destroyed || socket.writableFinished;
  }

  /** Ends the request without recording it. */
  cancel(): void {
    this.#close();
  }

  #close(): void {
    this.#isOver = true;
    detach<NodeRequest>(this as NodeRequest);
    if ((this.carrier as object) === this.rawRes) detachFromReq(this.rawReq, this);
    if (!this.#isExcluded) this.#recording.recorder.release(this);
  }

  /** Notes the status and the route, and begins a stream if the headers are those of an event stream. */
  headersWritten(status: unknown, headers: unknown): void {
    const { recorder } = this.#recording;
    try {
      if (this.#isOver || this.#sentStatus !== undefined) return;
      if ((this.carrier as { readonly destroyed?: boolean }).destroyed === true) {
        this.#sentStatus = 0;
        return;
      }
      this.#sentStatus = typeof status === 'number' ? status : this.rawRes.statusCode;
      recorder.responseBegan(this);
      const isStream = isEventStream(this.rawRes, headers);
      if (isStream || recorder.needsTimeToHeaders) this.headersMs = performance.now();
      if (isStream && !this.#isExcluded) recorder.streamBegan(this);
    } catch (error) {
      recorder.reportError(error);
    }
  }

  /** Notes that the response is a stream, whatever its headers are. */
  streamBegan(): void {
    if (!this.#isOver && !this.#isExcluded) this.#recording.recorder.streamBegan(this);
  }

  /** True while no adapter records the request. */
  get isRecordedByServer(): boolean {
    return this.#recording.rank !== ADAPTER || !this.hasFramework;
  }

  /** Instrumentation that records the request. */
  get owner(): { passes(inner: unknown): void } {
    return this.#recording.owner as { passes(inner: unknown): void };
  }

  /** True if the client asks to upgrade the connection to another protocol. HTTP/1 only. */
  get asksForUpgrade(): boolean {
    return this.#header('upgrade') !== undefined;
  }

  /** Ends the request, because its connection was upgraded to another protocol: it is no request any more. */
  upgraded(socket: Socket): void {
    if (this.#isOver) return;
    this.#close();
    this.server?.upgradedByHandler(this.rawReq);
    countUpgraded(this.#recording.recorder, upgradeProtocol(this.rawReq), socket);
  }

  override noteScheme(): void {
    this.#scheme = this.scheme;
  }

  override get scheme(): string {
    return this.#scheme ?? ((this.rawReq.socket as { encrypted?: boolean } | undefined)?.encrypted ? 'https' : 'http');
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
    const { rawRes } = this;
    const status = this.#sentStatus || rawRes.statusCode;
    // These responses have no body, whatever the handler wrote and whatever Content-Length it set.
    if (this.#rawMethod === 'HEAD' || status === 204 || status === 304) return 0;
    if (this.#recording.sizes === 'body') return this.bodyBytes;
    return contentLength(rawRes.getHeader('content-length'));
  }

  override get traceparent(): string | undefined {
    return this.#header('traceparent');
  }

  #header(lowerName: string): string | undefined {
    const rawHeaders = this.#rawHeaders;
    // Many simulated requests have only `headers`.
    if (rawHeaders === undefined || rawHeaders.length === 0) return stringIn(this.rawReq.headers, lowerName);
    // Not from `headers`, which builds an object of all headers when it is first read.
    for (let i = 0; i < rawHeaders.length; i += 2) {
      const name = rawHeaders[i]!;
      if (name.length === lowerName.length && name.toLowerCase() === lowerName) return rawHeaders[i + 1];
    }
    return undefined;
  }
}

/** Returns the status of a response whose headers were not observed, such as those of `respondWithFile` of HTTP/2. */
function sentStatusOf(rawRes: ServerResponse, { httpVersionMajor }: IncomingMessage): number {
  if (!(httpVersionMajor >= 2)) return rawRes.statusCode;
  return Number(streamOf(rawRes).sentHeaders?.[':status'] ?? 200);
}

function stringIn(headers: IncomingHttpHeaders | undefined, lowerName: string): string | undefined {
  const value = headers?.[lowerName];
  return typeof value === 'string' ? value : undefined;
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
