import type { ActiveRequest, ExemplarLabels } from './active-request.ts';

/** Parts of OpenTelemetry's API that are used here. The API is on `globalThis` if the program has set up a context manager. */
interface OpenTelemetry {
  readonly context?: { active(): { getValue(key: symbol): Span | undefined } };
}

interface Span {
  spanContext(): { readonly traceId: string; readonly spanId: string; readonly traceFlags: number };
}

// Copies of the API find each other by these names. Reading them needs no dependency on the API.
const OPENTELEMETRY: unique symbol = Symbol.for('opentelemetry.js.api.1') as never;
const ACTIVE_SPAN = Symbol.for('OpenTelemetry Context Key SPAN');
const SAMPLED = 1;

/**
 * Returns the trace of a request as labels of its exemplar: from OpenTelemetry's active span, or from the header `traceparent`
 * (W3C Trace Context, section 3.2). Returns only sampled traces, because an exemplar must link to a stored trace. Must be called
 * when the request begins: the span is no longer active at the end.
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
  // Version 00 ends after the flags.
  if (traceparent.startsWith('00') && traceparent.length !== 55) return undefined;
  return (Number.parseInt(flags, 16) & SAMPLED) === 0 ? undefined : { trace_id: traceId, span_id: spanId };
}
