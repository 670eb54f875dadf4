import type { ActiveRequest, ExemplarLabels } from './active-request.ts';

/** What is used here of OpenTelemetry's API, as it hangs on `globalThis` where a program has set up a context manager. */
interface OpenTelemetry {
  readonly context?: { active(): { getValue(key: symbol): Span | undefined } };
}

interface Span {
  spanContext(): { readonly traceId: string; readonly spanId: string; readonly traceFlags: number };
}

// The API finds its other copies by these names, and so do we without depending on it.
const OPENTELEMETRY: unique symbol = Symbol.for('opentelemetry.js.api.1') as never;
const ACTIVE_SPAN = Symbol.for('OpenTelemetry Context Key SPAN');
const SAMPLED = 1;

/**
 * The trace of a request, as labels of its exemplar: of OpenTelemetry's active span, or of the header `traceparent` (W3C
 * Trace Context, section 3.2). Only of traces that are kept: no link leads to one that is not. To be asked when the request
 * begins, since the span is no longer active at its end.
 */
export function activeTrace(request: ActiveRequest): ExemplarLabels | undefined {
  const api = (globalThis as { [OPENTELEMETRY]?: OpenTelemetry })[OPENTELEMETRY];
  const span = api?.context?.active().getValue(ACTIVE_SPAN)?.spanContext();
  if (span !== undefined) {
    return (span.traceFlags & SAMPLED) === 0 ? undefined : { trace_id: span.traceId, span_id: span.spanId };
  }
  const { traceparent } = request;
  return traceparent === undefined ? undefined : sampledParent(traceparent);
}

const TRACEPARENT = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(?:$|-)/;

function sampledParent(traceparent: string): ExemplarLabels | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  // Version 00 ends behind the flags.
  if (traceparent.startsWith('00') && traceparent.length !== 55) return undefined;
  return (Number.parseInt(flags, 16) & SAMPLED) === 0 ? undefined : { trace_id: traceId, span_id: spanId };
}
