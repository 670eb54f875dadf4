import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Http2SecureServer, Http2Server } from 'node:http2';
import type { Server as HttpsServer } from 'node:https';
import { describeValue, typeError } from '@promwright/model';
import { HttpMetrics } from './http-metrics.ts';
import type { HttpMetricsOptions } from './http-metrics-options.ts';
import { ServerMetrics } from './server-metrics.ts';

/** Servers of Node that can be instrumented. */
export type AnyServer = Server | HttpsServer | Http2Server | Http2SecureServer;

/** Running instrumentation of a server or of all servers. */
export interface Instrumentation {
  /** Ends the instrumentation. Requests in flight are still recorded at their end. Further calls do nothing. */
  stop(): void;
}

// Registered by name: two copies of this package instrument a server once.
const INSTRUMENTED: unique symbol = Symbol.for('@promwright/http-server@1') as never;

interface Instrumented {
  [INSTRUMENTED]?: Instrumentation | undefined;
}

/**
 * Times every request of a `node:http`, `node:https` or HTTP/2 server and serves `GET /metrics`; all other requests go to the
 * server's handlers. Also counts upgrades (WebSocket, CONNECT) in `http_upgrades_total`, and malformed requests and failed
 * connections in `http_client_errors_total`. A framework's adapter on the same server adds its routes; without an adapter every
 * request is `(unmatched)`, unless the option `route` or `setRoute` sets a route.
 *
 * Does not change the behaviour of the server: adds no listener to it, but wraps its `emit`.
 *
 * @example
 * const server = createServer(handler);
 * instrumentServer(server);
 * server.listen(3000);
 * @throws for anything but a server and for an invalid option, with code `INVALID_OPTION`, and if a metric name is taken by another definition
 */
export function instrumentServer<L extends string = never>(
  server: AnyServer,
  options: HttpMetricsOptions<IncomingMessage, ServerResponse, L> = {},
): Instrumentation {
  if (typeof server?.emit !== 'function') {
    throw typeError('INVALID_OPTION', `instrumentServer takes a server; got ${describeValue(server)}`);
  }
  const instrumented = (server as Instrumented)[INSTRUMENTED];
  if (instrumented !== undefined) return instrumented;
  const metrics = new HttpMetrics(options);
  const events = new ServerMetrics(options as HttpMetricsOptions<never, never, string>);
  const own = Object.getOwnPropertyDescriptor(server, 'emit');
  const emit = server.emit as (...args: unknown[]) => boolean;
  let active = true;

  function watchedEmit(this: AnyServer, ...args: unknown[]): boolean {
    // Including the events of requests that have special listeners, such as "checkContinue".
    if (active && isRequestEvent(args[0])) {
      const [, req, res] = args as [unknown, IncomingMessage, ServerResponse];
      if (metrics.isScrape(req)) {
        metrics.handleScrape(req, res);
        return true;
      }
      metrics.begin(req, res);
    } else if (active && typeof args[0] === 'string') {
      count(args[0], args[1]);
    }
    return Reflect.apply(emit, this, args);
  }
  function count(event: string, subject: unknown): void {
    try {
      if (event === 'upgrade' || event === 'connect') events.countUpgrade(subject as IncomingMessage);
      else if (event === 'clientError') events.countClientError(subject);
    } catch (error) {
      metrics.reportError(error);
    }
  }

  server.emit = watchedEmit as typeof server.emit;
  const instrumentation: Instrumentation = {
    stop() {
      active = false;
      (server as Instrumented)[INSTRUMENTED] = undefined;
      // A later wrapper of `emit` still calls this one, which from now on only passes events on.
      if ((server.emit as unknown) !== watchedEmit) return;
      if (own === undefined) delete (server as { emit?: unknown }).emit;
      else Object.defineProperty(server, 'emit', own);
    },
  };
  Object.defineProperty(server, INSTRUMENTED, { value: instrumentation, configurable: true, writable: true });
  return instrumentation;
}

function isRequestEvent(event: unknown): boolean {
  return event === 'request' || event === 'checkContinue' || event === 'checkExpectation';
}
