import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Http2SecureServer, Http2Server } from 'node:http2';
import type { Server as HttpsServer } from 'node:https';
import { describeValue, typeError } from '@promwright/model';
import { HttpMetrics } from './http-metrics.ts';
import type { HttpMetricsOptions } from './http-metrics-options.ts';
import { ServerMetrics } from './server-metrics.ts';

/** The servers of Node that can be instrumented. */
export type AnyServer = Server | HttpsServer | Http2Server | Http2SecureServer;

/** What was instrumented, until it is stopped. */
export interface Instrumentation {
  /** Leaves the server as it was; requests under way are recorded to their end. May be called again. */
  stop(): void;
}

// By name, so that two copies of this package instrument a server once.
const INSTRUMENTED: unique symbol = Symbol.for('@promwright/http-server@1') as never;

interface Instrumented {
  [INSTRUMENTED]?: Instrumentation | undefined;
}

/**
 * Times every request of a `node:http`, `node:https` or HTTP/2 server and answers `GET /metrics`, whatever handles the rest.
 * Also counts upgrades (WebSocket, CONNECT) in `http_upgrades_total` and what Node refuses before anybody sees a request in
 * `http_client_errors_total`. A framework's adapter on the same server adds its routes; without one every request is
 * `(unmatched)` unless the option `route` or `setRoute` names it.
 *
 * Nothing that the server does is changed by it: it adds no listener, but looks at what the server emits.
 *
 * @example
 * const server = createServer(handler);
 * instrumentServer(server);
 * server.listen(3000);
 * @throws for anything but a server, for a wrong option, with code `INVALID_OPTION`, and for names that are taken
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
    // Of the events with a request and its response; also those for which the server has special listeners.
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
      // Somebody who came later still calls ours, which now only passes on.
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
