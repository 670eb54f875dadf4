import type { RequestOutcome, RequestRecord, RouteOf } from './request-record.ts';

/** Labels of an exemplar. */
export type ExemplarLabels = Readonly<Record<string, string>>;

/** Gauges that a request counts in while it is in flight. */
export interface InFlightCount {
  leave(request: ActiveRequest): void;
}

/**
 * Request in flight. At its end the same object is the finished {@link RequestRecord}. A request has one such object, however
 * many instrumentations it passes.
 *
 * Subclasses read the properties that depend on the kind of server, only when a metric needs them.
 */
export abstract class ActiveRequest<Req = unknown, Res = unknown> implements RequestRecord<Req, Res> {
  req: Req;
  res: Res;
  /** False until the framework has received the request. Functions among the options are not called before. */
  hasFramework = true;
  /** Method label at the beginning; programs change the request's method on the way. */
  method: string;
  /** Start on the clock of `performance.now()`. */
  startMs: number = performance.now();
  /** Time of the headers on the same clock; 0 if unknown. */
  headersMs = 0;
  /** Returns the framework's route. Called when the response begins, or else at the end. */
  routeOf: RouteOf<Req, Res> | undefined;
  /** Result of `routeOf` when the response began; `false` excludes the request. */
  detectedRoute: string | false | undefined;
  /** True once {@link ActiveRequest.detectedRoute} is set: handlers that run after the response has begun no longer change it. */
  isRouteDetected = false;
  /** Argument of `setRoute`. */
  routeSet: unknown;
  /** Error that the framework reported. */
  error: unknown;
  /** True for an endless response: its duration is the length of a visit and says nothing about the service. */
  isStream = false;
  exemplar: ExemplarLabels | undefined;
  inFlight: InFlightCount | undefined;
  /** Neighbours in the list of requests in flight. */
  older: ActiveRequest | undefined;
  newer: ActiveRequest | undefined;

  route = '';
  status = 0;
  outcome: RequestOutcome = 'completed';
  durationSeconds = 0;

  constructor(req: Req, res: Res, method: string, routeOf: RouteOf<Req, Res> | undefined) {
    this.req = req;
    this.res = res;
    this.method = method;
    this.routeOf = routeOf;
    this.detectedRoute = undefined;
    this.routeSet = undefined;
    this.error = undefined;
    this.exemplar = undefined;
    this.inFlight = undefined;
    this.older = undefined;
    this.newer = undefined;
  }

  get timeToHeadersSeconds(): number | undefined {
    return this.headersMs === 0 ? undefined : (this.headersMs - this.startMs) / 1000;
  }

  get errorType(): string | undefined {
    if (this.outcome === 'completed') return undefined;
    if (this.outcome !== 'error') return 'aborted';
    return errorName(this.error) ?? String(this.status);
  }

  /** Keeps the scheme for the end of the request. */
  abstract noteScheme(): void;
  /** `http` or `https`. */
  abstract readonly scheme: string;
  /** Version such as `1.1` or `2`; empty if unknown. */
  abstract readonly protocolVersion: string;
  /** Bytes of the request, if known. */
  abstract readonly requestBytes: number | undefined;
  /** Bytes of the response, if known. */
  abstract readonly responseBytes: number | undefined;
  /** Request header `traceparent`. */
  abstract readonly traceparent: string | undefined;
}

/** Returns the name of an error. Names come from programs, not from clients; a name unlike a class name is ignored all the same. */
function errorName(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { name } = error as { name?: unknown };
  return typeof name === 'string' && /^[\w$.]{1,64}$/.test(name) ? name : undefined;
}
