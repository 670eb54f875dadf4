import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Http2SecureServer, Http2Server, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { describeValue, typeError } from '@promwright/model';
import { checkEqualOptions } from './check-equal-options.ts';
import type { HttpMetricsOptions } from './http-metrics-options.ts';
import type { Instrumentation } from './instrumentation.ts';
import { InstrumentedServer } from './instrumented-server.ts';
import { checkAdapters, serverInstrumentation, setServerInstrumentation } from './server-adapters.ts';
import { MAX_CONNECTIONS, UNKNOWN_PROTOCOL } from './server-metrics.ts';

/** Servers of Node that can be instrumented. */
export type AnyServer = Server | HttpsServer | Http2Server | Http2SecureServer;

/**
 * Times every request of a `node:http`, `node:https` or HTTP/2 server and serves `GET /metrics`; all other requests go to the
 * server's handlers. Also counts upgrades (WebSocket, CONNECT, those of HTTP/2 included) in `http_upgrades_total`, and malformed requests and failed or
 * refused connections in `http_client_errors_total`. Without an adapter every request is `(unmatched)`, unless the option `route`
 * or `setRoute` sets a route.
 *
 * An adapter on the same server, such as a framework's, records the requests that it sees, with its own options. It also serves the
 * scrape, unless an option `path` or `scrape` is given here; then the adapter's `auth` and `allow` must admit the client too. A
 * request that one of them skips, both leave out. Other options for recordings belong to the adapter. If they are given here and
 * differ, the start fails where the framework knows its server (Fastify); else the first request causes a warning.
 *
 * Does not change the behaviour of the server: adds no listener to it, but wraps its `emit`.
 *
 * @example
 * const server = createServer(handler);
 * instrumentServer(server);
 * server.listen(3000);
 * @returns the instrumentation; of a second call with equal options, that of the first call
 * @throws for anything but a server, for an invalid option, for a server that is instrumented with other options, and for options
 *   that an adapter of the server makes void, with code `INVALID_OPTION`; and if a metric name is taken by another definition
 */
export function instrumentServer<L extends string = never>(
  server: AnyServer,
  options: HttpMetricsOptions<IncomingMessage, ServerResponse, L> = {},
): Instrumentation {
  if (typeof server?.emit !== 'function') {
    throw typeError('INVALID_OPTION', `instrumentServer takes a server; got ${describeValue(server)}`);
  }
  const before = serverInstrumentation(server);
  if (before !== undefined) {
    checkEqualOptions('instrumentServer', 'This server is instrumented', options, before.options);
    return before.instrumentation;
  }
  checkAdapters(server, options as never);
  const instrumented = new InstrumentedServer(options as never);
  const own = Object.getOwnPropertyDescriptor(server, 'emit');
  const emit = server.emit as (...args: unknown[]) => boolean;
  let active = true;

  function watchedEmit(this: AnyServer, ...args: unknown[]): boolean {
    if (active) {
      // Including the events of requests that have special listeners, such as "checkContinue".
      if (isRequestEvent(args[0])) {
        if (instrumented.receive(args[1] as IncomingMessage, args[2] as ServerResponse)) return true;
      } else if (args[0] === 'stream') {
        const [, stream, headers, , rawHeaders] = args as StreamEvent;
        if (headers[':method'] === 'CONNECT') instrumented.connectStream(stream, headers, rawHeaders);
        else if (server.listenerCount('request') === 0 && instrumented.receiveStream(stream, headers, rawHeaders))
          return true;
      } else if (typeof args[0] === 'string') observe(args);
    }
    return Reflect.apply(emit, this, args);
  }
  function observe([event, subject, other]: unknown[]): void {
    if (event === 'upgrade' || event === 'connect') {
      // CONNECT of HTTP/2 has already been a "stream".
      if ((subject as IncomingMessage).httpVersionMajor < 2)
        instrumented.upgrade(subject as IncomingMessage, other as Socket);
    } else if (event === 'clientError') instrumented.clientError(subject, other as Socket);
    else if (event === 'sessionError') instrumented.clientError(subject);
    else if (event === 'drop') instrumented.clientError({ code: MAX_CONNECTIONS });
    else if (event === 'unknownProtocol') instrumented.clientError({ code: UNKNOWN_PROTOCOL });
  }
  // Requests that Node refuses, such as one without Host, pass no event of the server.
  function onFinish(message: unknown): void {
    const { request, response, server: its } = message as Finished;
    if (its === server && response.statusCode >= 400) instrumented.refused(request, response);
  }

  server.emit = watchedEmit as typeof server.emit;
  subscribe(FINISH, onFinish);
  const instrumentation: Instrumentation = {
    stop() {
      active = false;
      instrumented.stop();
      unsubscribe(FINISH, onFinish);
      setServerInstrumentation(server, undefined);
      // A later wrapper of `emit` still calls this one, which from now on only passes events on.
      if ((server.emit as unknown) !== watchedEmit) return;
      if (own === undefined) delete (server as { emit?: unknown }).emit;
      else Object.defineProperty(server, 'emit', own);
    },
  };
  setServerInstrumentation(server, { options: options as never, instrumentation });
  return instrumentation;
}

type StreamEvent = [
  event: 'stream',
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  flags: number,
  rawHeaders: readonly string[],
];

const FINISH = 'http.server.response.finish';

interface Finished {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly server: object;
}

function isRequestEvent(event: unknown): boolean {
  return event === 'request' || event === 'checkContinue' || event === 'checkExpectation';
}
