import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { performance } from 'node:perf_hooks';
import { Histogram } from '@promwright/metrics';
import type { GroupContext, StartedGroup } from '../group-context.ts';

/** Methods of OpenTelemetry's conventions; programs may invent others. */
const METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'QUERY',
]);
const BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Request of undici, as far as its channels show it. */
interface UndiciRequest {
  readonly method: string;
  readonly origin?: string | URL;
}

/** Starts the metrics of outbound requests: time until response headers or failure. */
export function startHttpClient(context: GroupContext): StartedGroup {
  const durations = new Histogram({
    name: context.name('http_client_request_duration_seconds'),
    help: 'Time from the start of an outbound HTTP request to its response headers or its failure, in seconds.',
    labelNames: ['client', 'method', 'host', 'status_code'],
    labelLimit: { host: context.options.hostLimit, status_code: 100 },
    buckets: BUCKETS,
    native: true,
    registry: null,
  });
  // A request without a final event from Node is collected with its owner.
  const starts = new WeakMap<object, number>();
  const begin = (request: object) => {
    if (!starts.has(request)) starts.set(request, performance.now());
  };
  const end = (
    request: object,
    labelsOf: () => { client: string; method: string; host: string; status_code: string },
  ) => {
    const startMs = starts.get(request);
    if (startMs === undefined) return;
    starts.delete(request);
    durations.observe(labelsOf(), (performance.now() - startMs) / 1000);
  };
  const nodeLabels = (request: ClientRequest, status: string) => ({
    client: 'http',
    method: methodLabel(request.method),
    host: hostOfHeader(request.getHeader('host')) ?? request.host ?? '',
    status_code: status,
  });
  const undiciLabels = (request: UndiciRequest, status: string) => ({
    client: 'undici',
    method: methodLabel(request.method),
    host: hostOfOrigin(request.origin),
    status_code: status,
  });

  const listeners: readonly (readonly [channel: string, listener: (message: unknown) => void])[] = [
    // Older versions have no "created". There, waiting for a connection comes after "start".
    ['http.client.request.created', ({ request }: { request: ClientRequest }) => begin(request)],
    ['http.client.request.start', ({ request }: { request: ClientRequest }) => begin(request)],
    [
      'http.client.response.finish',
      ({ request, response }: { request: ClientRequest; response: IncomingMessage }) =>
        end(request, () => nodeLabels(request, String(response.statusCode))),
    ],
    [
      'http.client.request.error',
      ({ request }: { request: ClientRequest }) => end(request, () => nodeLabels(request, 'error')),
    ],
    ['undici:request:create', ({ request }: { request: UndiciRequest }) => begin(request)],
    [
      'undici:request:headers',
      ({ request, response }: { request: UndiciRequest; response: { statusCode: number } }) =>
        end(request, () => undiciLabels(request, String(response.statusCode))),
    ],
    [
      'undici:request:error',
      ({ request }: { request: UndiciRequest }) => end(request, () => undiciLabels(request, 'error')),
    ],
  ].map(([channel, listener]) => [channel as string, context.guard(listener as (message: unknown) => void)]);
  for (const [channel, listener] of listeners) subscribe(channel, listener);
  return {
    collectors: [durations],
    stop() {
      for (const [channel, listener] of listeners) unsubscribe(channel, listener);
    },
  };
}

function methodLabel(method: string): string {
  return METHODS.has(method) ? method : '_OTHER';
}

function hostOfHeader(header: unknown): string | undefined {
  return typeof header === 'string' ? header.toLowerCase() : undefined;
}

function hostOfOrigin(origin: string | URL | undefined): string {
  return origin === undefined ? '' : new URL(origin).host;
}
