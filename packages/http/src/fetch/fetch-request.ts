import { ActiveRequest } from '../requests/active-request.ts';
import { type AttachedRequest, attachedTo, byRequest, type Carrier, keepOn } from '../requests/active-requests.ts';
import { contentLength } from '../requests/content-length.ts';
import type { AbortPhase, RequestRecorder } from '../requests/request-recorder.ts';
import { routeSetFor } from '../requests/set-route.ts';
import { isResponse } from './is-response.ts';
import { thrownStatus } from './thrown-status.ts';
import { type BodyWatcher, watchedBody } from './watched-body.ts';

/** The recorder of requests to a handler. */
export type FetchRecorder = RequestRecorder<Request, Response | undefined, string>;

/** What of a response is waited for. */
export interface FetchMeasure {
  readonly complete: boolean;
  readonly sizes: false | 'header' | 'body';
}

/** Of an answer that is none, or that says so itself (`Response.error()`); there is no label for it but `0xx`. */
const NO_STATUS = -1;

/** A request to a handler of the fetch standard. */
export class FetchRequest extends ActiveRequest<Request, Response | undefined> implements BodyWatcher {
  /** As the handler gave it; `undefined` until then. */
  declare res: Response | undefined;
  readonly #recorder: FetchRecorder;
  readonly #measure: FetchMeasure;
  #signal: AbortSignal | undefined;
  #bodyBytes: number | undefined;
  #isOver = false;

  constructor(recorder: FetchRecorder, measure: FetchMeasure, request: Request, method: string) {
    super(request, undefined, method, undefined);
    this.#recorder = recorder;
    this.#measure = measure;
  }

  /** Watches for the client that leaves, and lets others know that the request is recorded. */
  begin(): void {
    this.#recorder.begin(this);
    try {
      if (Object.isExtensible(this.req)) keepOn(this.req as Carrier, this);
      const { signal } = this.req;
      this.#signal = signal;
      if (signal?.aborted) this.handleEvent();
      else signal?.addEventListener('abort', this);
    } catch (error) {
      // A request whose end nobody would notice must not stay in flight for ever.
      this.#cancel();
      throw error;
    }
  }

  /** As the listener that it is: the signal of the request is aborted. */
  handleEvent(): void {
    if (this.res === undefined) this.#end(0, 'before_headers');
    else this.broken();
  }

  /** The handler has answered; returns what is to be passed on. */
  answered<T>(answer: T): T {
    if (this.#isOver) return answer;
    try {
      if (!isResponse(answer)) {
        this.#end(NO_STATUS);
        return answer;
      }
      this.res = answer;
      this.headersMs = performance.now();
      const watched = this.#measure.complete ? this.#watched(answer) : undefined;
      if (watched !== undefined) return watched as T;
      this.#end(answer.status || NO_STATUS);
    } catch (error) {
      this.#cancel();
      this.#recorder.reportError(error);
    }
    return answer;
  }

  /** The handler has thrown. */
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

  override get scheme(): string {
    return this.req.url.startsWith('https:') ? 'https' : 'http';
  }

  /** Handlers are not told. */
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

  /** The same response with its body watched, where that leaves the response as it was. */
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

  /** Ends the request without a record. */
  #cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#recorder.release(this);
    this.#signal?.removeEventListener('abort', this);
    // The same object may be sent again.
    if (attachedTo(this.req as Carrier) === this) keepOn(this.req as Carrier, undefined);
  }
}

/**
 * The record that is being kept of a request already: by the same handler wrapped twice, or by the instrumented server of
 * Node that an adapter such as Hono's hands on as `{ incoming, outgoing }`.
 */
export function activeRequestOf(request: Request, environment: unknown): AttachedRequest | undefined {
  const own = attachedTo(request as Carrier);
  if (own !== undefined) return own;
  const { incoming, outgoing } = (environment ?? {}) as { incoming?: object | null; outgoing?: Carrier | null };
  if (!incoming || !outgoing) return undefined;
  return byRequest(incoming) ?? attachedTo(outgoing);
}

/** Whether a response is no more than its parts, so that another one with the same parts will do. */
function isPlain(response: Response): boolean {
  const { status, type, body, bodyUsed } = response;
  // A status beyond these cannot be constructed. What hangs on the response otherwise, such as a `webSocket`, would be lost.
  const { webSocket } = response as { webSocket?: unknown };
  return (
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
