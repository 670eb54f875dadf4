import { ActiveRequest } from '../requests/active-request.ts';
import {
  type AttachedRequest,
  attach,
  attachedTo,
  byRequest,
  type Carrier,
  detach,
} from '../requests/active-requests.ts';
import { contentLength } from '../requests/content-length.ts';
import type { AbortPhase, RequestRecorder } from '../requests/request-recorder.ts';
import { routeSetFor } from '../requests/set-route.ts';
import { isResponse, thrownStatus } from './response.ts';
import { type BodyWatcher, watchedBody } from './watched-body.ts';

/** Recorder of requests to a fetch handler. */
export type FetchRecorder = RequestRecorder<Request, Response | undefined, string>;

/** Part of a response that is measured. */
export interface FetchMeasure {
  /** True to measure until the body was read. */
  readonly complete: boolean;
  readonly sizes: false | 'header' | 'body';
}

/** Status of a handler's result that is no response, or an error response (`Response.error()`). Its only label is `0xx`. */
const NO_STATUS = -1;

/** Request to a handler of the fetch standard. */
export class FetchRequest extends ActiveRequest<Request, Response | undefined> implements BodyWatcher {
  /** Response of the handler; `undefined` before. */
  declare res: Response | undefined;
  readonly carrier: Carrier<FetchRequest>;
  nextOnCarrier: FetchRequest | undefined = undefined;
  readonly #recorder: FetchRecorder;
  readonly #measure: FetchMeasure;
  #signal: AbortSignal | undefined;
  #bodyBytes: number | undefined;
  #isOver = false;

  constructor(recorder: FetchRecorder, measure: FetchMeasure, request: Request, method: string) {
    super(request, undefined, method, undefined);
    this.carrier = request as Carrier<FetchRequest>;
    this.#recorder = recorder;
    this.#measure = measure;
  }

  /** Begins the recording, attaches it to the `Request` for other instrumentations, and listens to the signal of the client. */
  begin(): void {
    this.#recorder.begin(this);
    try {
      if (Object.isExtensible(this.req)) attach<FetchRequest>(this);
      const { signal } = this.req;
      this.#signal = signal;
      if (signal?.aborted) this.handleEvent();
      else signal?.addEventListener('abort', this);
    } catch (error) {
      // A request whose end stays unnoticed must not stay in flight for ever.
      this.#cancel();
      throw error;
    }
  }

  /** Ends an aborted request. The object itself is the listener of the request's signal. */
  handleEvent(): void {
    if (this.res === undefined) this.#end(0, 'before_headers');
    else this.broken();
  }

  /** Notes the result of the handler. Returns the result to pass on. */
  answered<T>(result: T): T {
    if (this.#isOver) return result;
    try {
      if (!isResponse(result)) {
        this.#end(NO_STATUS);
        return result;
      }
      this.res = result;
      this.headersMs = performance.now();
      const watched = this.#measure.complete ? this.#watched(result) : undefined;
      if (watched !== undefined) return watched as T;
      this.#end(result.status || NO_STATUS);
    } catch (error) {
      this.#cancel();
      this.#recorder.reportError(error);
    }
    return result;
  }

  /** Notes an exception of the handler. */
  failed(error: unknown): void {
    try {
      this.error = error;
      this.#end(thrownStatus(error));
    } catch (own) {
      this.#cancel();
      this.#recorder.reportError(own);
    }
  }

  read(chunk: unknown): void {
    const { byteLength } = (chunk ?? {}) as Partial<Uint8Array>;
    if (typeof byteLength === 'number') this.#bodyBytes = (this.#bodyBytes ?? 0) + byteLength;
  }

  completed(): void {
    this.#end(this.#status);
  }

  broken(): void {
    this.#end(this.#status, 'mid_response');
  }

  /** Does nothing: the URL of a `Request` cannot change. */
  override noteScheme(): void {}

  override get scheme(): string {
    return this.req.url.startsWith('https:') ? 'https' : 'http';
  }

  /** Unknown to fetch handlers. */
  override get protocolVersion(): string {
    return '';
  }

  override get requestBytes(): number | undefined {
    return contentLength(this.req.headers.get('content-length'));
  }

  override get responseBytes(): number | undefined {
    const { req, res } = this;
    if (res === undefined) return undefined;
    if (req.method === 'HEAD' || res.body === null) return 0;
    if (this.#measure.sizes === 'body') return this.#bodyBytes;
    return contentLength(res.headers.get('content-length'));
  }

  override get traceparent(): string | undefined {
    return this.req.headers.get('traceparent') ?? undefined;
  }

  get #status(): number {
    return this.res?.status || NO_STATUS;
  }

  /** Copies a response around a watched body. Returns `undefined` for a response that a copy would change. */
  #watched(response: Response): Response | undefined {
    const { body, status, statusText, headers } = response;
    if (body === null || body === undefined || this.req.method === 'HEAD' || !isPlain(response)) return undefined;
    const watched = new Response(watchedBody(body, this), { status, statusText, headers });
    this.#bodyBytes = 0;
    if (isEventStream(response)) this.#recorder.streamBegan(this);
    return watched;
  }

  #end(status: number, abortPhase?: AbortPhase): void {
    if (this.#isOver) return;
    try {
      this.#cancel();
      this.routeSet = routeSetFor(this.req);
      this.#recorder.end(this, status, abortPhase);
    } catch (error) {
      this.#recorder.reportError(error);
    }
  }

  /** Ends the request without recording it. */
  #cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#recorder.release(this);
    this.#signal?.removeEventListener('abort', this);
    // The same `Request` may be sent again.
    detach<FetchRequest>(this);
  }
}

/**
 * Returns the active request of a `Request`: begun by the same handler wrapped twice, or by the instrumented server of Node whose
 * request an adapter such as Hono's passes on as `{ incoming, outgoing }`.
 */
export function activeRequestOf(request: Request, environment: unknown): AttachedRequest | undefined {
  const active = attachedTo(request as Carrier);
  if (active !== undefined) return active;
  const { incoming, outgoing } = (environment ?? {}) as { incoming?: object | null; outgoing?: Carrier | null };
  if (!incoming || !outgoing) return undefined;
  return byRequest(incoming) ?? attachedTo(outgoing);
}

/** True if a copy of a response's parts is an equal response. */
function isPlain(response: Response): boolean {
  const { status, type, body, bodyUsed } = response;
  // A copy would lose other properties of the response, such as `webSocket`.
  const { webSocket } = response as { webSocket?: unknown };
  return (
    // No other status can be constructed.
    status >= 200 &&
    status <= 599 &&
    type !== 'error' &&
    !bodyUsed &&
    !body?.locked &&
    (webSocket === undefined || webSocket === null) &&
    Object.keys(response).length === 0
  );
}

function isEventStream(response: Response): boolean {
  return response.headers.get('content-type')?.toLowerCase().startsWith('text/event-stream') === true;
}
