import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { OpenRequest } from './open-request.ts';
import type { RouteOf } from './request-record.ts';
import type { RequestRecorder } from './request-recorder.ts';
import type { ResponseWatcher } from './response-hooks.ts';
import { abortPhaseOf, stopWatching, type WatchedRequest } from './watch-completion.ts';

/** What the option `sizes` says. */
export type Sizes = false | 'header' | 'socket' | 'body';

// By name, so that a request which passes two copies of this package is counted once.
const OPEN: unique symbol = Symbol.for('@promwright/http-request@1') as never;

interface Marked {
  [OPEN]?: NodeRequest;
}

/** A request to one of Node's servers. */
export class NodeRequest<Req = unknown, Res = unknown>
  extends OpenRequest<Req, Res>
  implements WatchedRequest, ResponseWatcher
{
  readonly rawReq: IncomingMessage;
  readonly rawRes: ServerResponse;
  finished = false;
  onSocket: Set<WatchedRequest> | undefined = undefined;
  writeHead: ServerResponse['writeHead'] | undefined = undefined;
  write: ServerResponse['write'] | undefined = undefined;
  endResponse: ServerResponse['end'] | undefined = undefined;
  readonly #recorder: RequestRecorder<Req, Res, string>;
  readonly #sizes: Sizes;
  bodyBytes = 0;
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
  ) {
    super(req, res, method, routeOf);
    this.rawReq = rawReq;
    this.rawRes = rawRes;
    this.#recorder = recorder;
    this.#sizes = sizes;
    if (sizes === 'socket') {
      this.#socketRead = rawReq.socket?.bytesRead ?? 0;
      this.#socketWritten = rawReq.socket?.bytesWritten ?? 0;
    }
    (rawRes as Marked)[OPEN] = this as NodeRequest;
  }

  /** Ends the request, the first time that it is called. */
  end(): void {
    if (this.#isOver) return;
    this.cancel();
    const { rawReq, rawRes } = this;
    try {
      const status = rawRes.headersSent ? rawRes.statusCode : 0;
      this.#recorder.end(this, rawReq, status, abortPhaseOf(this));
    } catch (error) {
      this.#recorder.reportError(error);
    }
  }

  /** Ends the request without a record. */
  cancel(): void {
    this.#isOver = true;
    stopWatching(this);
    this.#recorder.leave(this);
  }

  headersWritten(): void {
    try {
      if (this.headersMs !== 0 || !this.rawRes.headersSent) return;
      this.headersMs = performance.now();
      if (isEventStream(this.rawRes)) this.#recorder.streamBegan(this);
    } catch (error) {
      this.#recorder.reportError(error);
    }
  }

  /** What is sent is a stream, whatever its headers say. */
  streamBegan(): void {
    this.#recorder.streamBegan(this);
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
    const { rawHeaders } = this.rawReq;
    if (rawHeaders === undefined) return undefined;
    for (let i = 0; i < rawHeaders.length; i += 2) {
      const name = rawHeaders[i]!;
      if (name.length === 11 && name.toLowerCase() === 'traceparent') return rawHeaders[i + 1];
    }
    return undefined;
  }
}

/** The record that is being kept of a response, perhaps by another copy of this package. */
export function openRequestOf(res: object): NodeRequest | undefined {
  return (res as Marked)[OPEN];
}

/** A length that a client or a handler made up is no size. */
function contentLength(header: unknown): number | undefined {
  return /^\d{1,15}$/.test(String(header)) ? Number(header) : undefined;
}

function bytesSince(now: Socket['bytesRead'] | undefined, then: number): number | undefined {
  return now === undefined ? undefined : now - then;
}

/** Headers that were given to `writeHead` are known to nobody but the text that is sent. */
function isEventStream(res: ServerResponse): boolean {
  const { _header: sent } = res as { _header?: unknown };
  if (typeof sent === 'string') return sent.includes('text/event-stream');
  return String(res.getHeader('content-type')).startsWith('text/event-stream');
}
