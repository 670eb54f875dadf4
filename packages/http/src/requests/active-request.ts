import type { InFlightSeries } from './in-flight-metrics.ts';
import type { RequestOutcome, RequestRecord, RouteOf } from './request-record.ts';

/** Labels of an exemplar. */
export type ExemplarLabels = Readonly<Record<string, string>>;

/**
 * A request from its beginning to its end, when it becomes the record of itself. There is one for each, whatever number of
 * instrumentations it passes. What differs between kinds of servers is asked of the subclass, and only where it is shown.
 */
export abstract class ActiveRequest<Req = unknown, Res = unknown> implements RequestRecord<Req, Res> {
  req: Req;
  res: Res;
  /** Whether the framework's request and response are still to come, or never do: then the options' functions are not asked. */
  isBare = false;
  /** As it began: programs change it on the way. */
  readonly method: string;
  readonly startMs: number = performance.now();
  /** When the headers were sent, on the same clock; 0 while nobody saw them go. */
  headersMs = 0;
  /** Asked at the end, when the framework knows. */
  routeOf: RouteOf<Req, Res> | undefined;
  /** What `setRoute` said. */
  routeSet: unknown;
  /** What the framework said went wrong. */
  error: unknown;
  /** Whether the response is an endless one, whose duration says nothing about the service. */
  isStream = false;
  exemplar: ExemplarLabels | undefined;
  /** Where it counts while it is open, and its neighbours there. */
  inFlight: InFlightSeries | undefined;
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

  /** `http` or `https`. */
  abstract readonly scheme: string;
  /** Such as `1.1` or `2`; empty where it is not known. */
  abstract readonly protocolVersion: string;
  /** Bytes of the request, where they are known. */
  abstract readonly requestBytes: number | undefined;
  /** Bytes of the response, where they are known. */
  abstract readonly responseBytes: number | undefined;
  /** The header `traceparent` of the request. */
  abstract readonly traceparent: string | undefined;
}

/** Names of classes come from programs, not from clients; what does not look like one is left out all the same. */
function errorName(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { name } = error as { name?: unknown };
  return typeof name === 'string' && /^[\w$.]{1,64}$/.test(name) ? name : undefined;
}
