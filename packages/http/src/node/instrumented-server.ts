import type { IncomingMessage, ServerResponse } from 'node:http';
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { PromwrightError } from '@promwright/model';
import { registryOf } from '../options/registry-of.ts';
import { attachedTo, attachToReq, type Carrier } from '../requests/active-requests.ts';
import { type Adapter, noteServer, type ScrapeGuard, unplacedAdapters } from '../requests/instrumentations.ts';
import { ONE_SERVER } from '../requests/recording.ts';
import type { HttpMetricsOptions } from './http-metrics-options.ts';
import { activeRequestOf, NodeInstrumentation } from './node-instrumentation.ts';
import type { ArrivedAt, NodeRequest } from './requests/node-request.ts';
import { hookRespond } from './requests/response-hooks.ts';
import { streamExchange } from './requests/stream-exchange.ts';
import { watchUpgrade } from './requests/watch-upgrade.ts';
import { lostMessage, lostOptions } from './server-adapters.ts';
import { ServerMetrics } from './server-metrics.ts';

type Options = HttpMetricsOptions<IncomingMessage, ServerResponse, string>;

/**
 * Instrumentation of one server, beside any adapters of its frameworks. An adapter that sees a request records it, with its own
 * options; this object records the other requests, and what only a server sees. It learns of an adapter by the first request.
 */
export class InstrumentedServer implements ArrivedAt {
  readonly options: Options;
  readonly #recording: NodeInstrumentation<IncomingMessage, ServerResponse, string>;
  readonly #events: ServerMetrics;
  readonly #adapters = new Set<Adapter>();
  readonly #forget: () => void;
  /** Adapter that was noticed last. */
  adapter: Adapter | undefined;
  /** True if the metrics have made way for those of an adapter that does not exist yet. */
  #hasMadeWay = false;
  /** True once the application has answered a request for the scrape by itself: no adapter is in front of it. */
  #isAlone = false;

  /** @throws for an invalid option, with code `INVALID_OPTION`, and if a metric name is taken by another definition */
  constructor(options: Options) {
    this.options = options;
    this.#recording = new NodeInstrumentation(options, ONE_SERVER);
    this.#events = new ServerMetrics(options as HttpMetricsOptions<never, never, string>);
    this.#forget = noteServer(this, registryOf(options));
  }

  /** Ends the instrumentation. */
  stop(): void {
    this.#forget();
  }

  /** Serves the scrape, or begins to record the request. Returns true if the request was served. Never throws. */
  receive(req: IncomingMessage, res: ServerResponse): boolean {
    const recording = this.#recording;
    if (!recording.isScrape(req)) {
      recording.arrived(req, res, this);
      return false;
    }
    if (this.#servesScrape()) {
      recording.serveScrape(req, res, this.#guards());
      return true;
    }
    recording.leaveOut(req, res, this);
    return false;
  }

  /** Serves the scrape or begins to record the request, like {@link InstrumentedServer.receive}, for a stream of HTTP/2. */
  receiveStream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, rawHeaders: readonly string[]): boolean {
    const recording = this.#recording;
    try {
      const { req, res } = streamExchange(stream, headers, rawHeaders);
      if (recording.isScrape(req)) {
        const { Http2ServerRequest, Http2ServerResponse } = process.getBuiltinModule('node:http2');
        const scrapeReq = new Http2ServerRequest(stream, headers, {}, rawHeaders);
        return this.receive(scrapeReq as never, new Http2ServerResponse(stream) as never);
      }
      recording.arrived(req, res, this);
      const active = activeRequestOf(res);
      // The program knows the stream only.
      if (active !== undefined) attachToReq(stream, active);
    } catch (error) {
      recording.reportError(error);
    }
    return false;
  }

  /** Records a request that Node has answered without passing it on. Never throws. */
  refused(req: IncomingMessage, res: ServerResponse): void {
    if (activeRequestOf(res) === undefined && !this.#recording.isScrape(req)) this.#recording.arrived(req, res, this);
  }

  /** Counts an upgrade or CONNECT request, and its connection once it is accepted. Never throws. */
  upgrade(req: IncomingMessage, socket: Socket): void {
    this.#upgrade(req, socket, (answered) => watchUpgrade(socket, answered));
  }

  /** Counts a CONNECT request of HTTP/2, and its stream once it is accepted. Never throws. */
  connectStream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, rawHeaders: readonly string[]): void {
    const { req } = streamExchange(stream, headers, rawHeaders);
    this.#upgrade(req, stream, (answered) => {
      hookRespond(stream, { headersWritten: (status) => answered(status as number) });
    });
  }

  #upgrade(
    req: IncomingMessage,
    connection: Duplex,
    watch: (answered: (status: number | undefined) => void) => void,
  ): void {
    try {
      this.#events.countUpgrade(req);
      this.#recording.watchUpgrade(req, connection, watch);
    } catch (error) {
      this.#recording.reportError(error);
    }
  }

  upgradedByHandler(req: IncomingMessage): void {
    this.#events.countUpgrade(req);
  }

  /** Counts a client error. Never throws. */
  clientError(error: unknown, socket?: Socket): void {
    try {
      // Node also emits the error of the program that destroyed a response, such as the error of a stream.
      if (socket !== undefined && isOfResponse(error, socket)) return;
      this.#events.countClientError(error);
    } catch (own) {
      this.#recording.reportError(own);
    }
  }

  /** Notes an adapter that has received a request to this server. It records from now on the requests that only this object sees. */
  passes(adapter: Adapter): void {
    this.adapter = adapter;
    if (this.#adapters.has(adapter)) return;
    this.#adapters.add(adapter);
    // With several adapters, no adapter is meant for all requests.
    this.#recording.recordBy(this.#adapters.size === 1 ? adapter : undefined);
    const lost = lostOptions(this.options as never, adapter.options as never);
    if (lost.length > 0) this.#warn(lost);
  }

  leftOut(req: IncomingMessage, status: number): void {
    const isAnswered = (status >= 200 && status < 300) || status === 404 || status === 405;
    if (isAnswered && this.#adapters.size === 0 && this.#recording.isScrape(req)) this.#isAlone = true;
  }

  makeWay(): boolean {
    this.#hasMadeWay = this.#recording.makeWay();
    return this.#hasMadeWay;
  }

  comeBack(): void {
    this.#hasMadeWay = false;
    this.#recording.comeBack();
  }

  adapterExists(adapter: Adapter): void {
    if (!this.#hasMadeWay) return;
    this.#hasMadeWay = false;
    this.#recording.recordBy(adapter);
  }

  get #hasScrapeOptions(): boolean {
    return this.options.path !== undefined || this.options.scrape !== undefined;
  }

  /**
   * True if this object serves the scrape. Without options for the scrape, an adapter serves it, as its options say: also an
   * adapter that has received no request yet, if it would not serve the same scrape to everybody.
   */
  #servesScrape(): boolean {
    if (this.#hasScrapeOptions || this.#isAlone) return true;
    if (this.#adapters.size > 0) return false;
    return unplacedAdapters().every(({ isGuarded, path }) => !isGuarded && path === this.#recording.path);
  }

  /** Returns the adapters that must admit a client to a scrape that has options of its own. */
  #guards(): readonly ScrapeGuard[] {
    return [...this.#adapters, ...(this.#isAlone || this.#recording.isGuarded ? [] : unplacedAdapters())];
  }

  #warn(lost: readonly string[]): void {
    const error = new PromwrightError('INVALID_OPTION', lostMessage(lost));
    this.#recording.reportError(error);
    process.emitWarning(error);
  }
}

function isOfResponse(error: unknown, socket: Socket): boolean {
  let request = attachedTo(socket as Carrier<NodeRequest>);
  while (request !== undefined && request.rawRes.errored !== error) request = request.nextOnCarrier;
  return request !== undefined;
}
