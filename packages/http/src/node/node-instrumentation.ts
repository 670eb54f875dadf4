import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { gathererOf } from '../options/gatherer-of.ts';
import { registryOf } from '../options/registry-of.ts';
import { attach, attachToReq, byRequest, byResponse, type Carrier } from '../requests/active-requests.ts';
import { hasDefaultsOnly } from '../requests/differing-options.ts';
import { adapterOf, noteAdapter, notePlaced, type ScrapeGuard } from '../requests/instrumentations.ts';
import { NOWHERE, newAdapterRecorder, newServerRecorder } from '../requests/new-recorder.ts';
import { ADAPTER, ONE_SERVER, type Rank, type Recording } from '../requests/recording.ts';
import { checkRequestOptions } from '../requests/request-options.ts';
import type { RouteOf } from '../requests/request-record.ts';
import { RequestRecorder } from '../requests/request-recorder.ts';
import { hasPathname, targetOf } from '../requests/request-target.ts';
import { setRoute } from '../requests/set-route.ts';
import { upgradeProtocol } from '../requests/upgraded-connections.ts';
import { authRule } from '../scrape/scrape-auth.ts';
import { checkScrapeOptions } from '../scrape/scrape-options.ts';
import { HTTP_METRICS_OPTIONS, type HttpMetricsOptions, scrapePath } from './http-metrics-options.ts';
import { carrierOf } from './requests/carrier.ts';
import { countUpgraded } from './requests/count-upgraded.ts';
import { type EarlyRequest, earlyRequestByReq, earlyRequestByRes } from './requests/early-request.ts';
import { type ArrivedAt, NodeRequest } from './requests/node-request.ts';
import { hookBody, hookHeaders, hookRespond } from './requests/response-hooks.ts';
import { watchCompletion } from './requests/watch-completion.ts';
import { watchUpgrade } from './requests/watch-upgrade.ts';
import { allowList } from './scrape/allow-list.ts';
import { scrapeHandler } from './scrape/scrape-handler.ts';
import { hasSocket, isUpgraded, streamOf } from './socket.ts';

type Scrape = (req: IncomingMessage, res: ServerResponse) => void;

/** Instrumented server, as an adapter on it sees the server. */
interface InstrumentedServer extends ArrivedAt {
  /** Adapter that was noticed last. */
  readonly adapter: object | undefined;
  /** Notes that requests to the server pass an adapter. */
  passes(adapter: unknown): void;
}

/** Recording of the requests of Node's servers, common to adapters and to the instrumentations of whole servers. */
export class NodeInstrumentation<Req = IncomingMessage, Res = ServerResponse, L extends string = never>
  implements ScrapeGuard
{
  /** Options as given. */
  readonly options: HttpMetricsOptions<Req, Res, L>;
  readonly #path: string | false;
  readonly #scrape: Scrape;
  #ownRecording: Recording<Req, Res>;
  /** True if the own recording's metrics are registered nowhere, because they have made way for those of an adapter. */
  #hasMadeWay = false;
  #recording: Recording<Req, Res>;
  /** Other adapters that requests of this adapter pass. */
  readonly #inner = new Set<ScrapeGuard>();
  /** Guards of requests that {@link NodeInstrumentation.serveScrape} serves. */
  readonly #guardsOf = new WeakMap<object, readonly ScrapeGuard[]>();
  #guardedScrape: Scrape | undefined;
  #isPlaced = false;

  /** @throws for an invalid option, with code `INVALID_OPTION`, and if a metric name is taken by another definition */
  constructor(options: HttpMetricsOptions<Req, Res, L>, rank: Rank) {
    checkRequestOptions(options, HTTP_METRICS_OPTIONS);
    this.options = options;
    this.#path = scrapePath(options);
    const { sizes = false, registry } = options;
    const gatherer = gathererOf(registry);
    // Before the spread, which would accept a value that is no object.
    if (options.scrape !== undefined) checkScrapeOptions(options.scrape);
    this.#scrape = scrapeHandler({ ...(gatherer && { gatherer }), ...options.scrape });
    // Created last, because a `RequestRecorder` registers metrics.
    const recorder =
      rank === ONE_SERVER
        ? newServerRecorder<Req, Res>(options as never)
        : rank === ADAPTER
          ? newAdapterRecorder<Req, Res>(options as never)
          : new RequestRecorder<Req, Res, string>(options as never);
    const whole = recorder ?? new RequestRecorder<Req, Res, string>({ ...(options as object), registry: NOWHERE });
    this.#ownRecording = { recorder: whole, sizes, rank, owner: this };
    this.#recording = this.#ownRecording;
    if (recorder === undefined) {
      this.#hasMadeWay = true;
      this.recordBy(adapterOf(registryOf(options)));
    }
    if (rank === ADAPTER) noteAdapter(this, registryOf(options));
  }

  /** Path of the scrape; `false` if none is served. */
  get path(): string | false {
    return this.#path;
  }

  /** True if the scrape is not open to everybody. */
  get isGuarded(): boolean {
    const { auth, allow } = this.options.scrape ?? {};
    return auth !== undefined || allow !== undefined;
  }

  /** True if a request is for the path of the scrape, with any method and any query. */
  isScrape(req: { readonly url?: string | undefined }): boolean {
    try {
      return this.#path !== false && hasPathname(earlyRequestByReq(req)?.target ?? targetOf(req), this.#path);
    } catch (error) {
      this.reportError(error);
      return false;
    }
  }

  /** Serves a scrape like {@link scrapeHandler}. If the request is already being recorded, the recording is discarded. */
  handleScrape(req: IncomingMessage, res: ServerResponse): void {
    if (isUpgraded(req, res)) {
      this.begin(req, res);
      return;
    }
    const active = activeRequestOf(res);
    if (active !== undefined) this.#placeAt(active);
    setRoute(req, false);
    this.serveScrape(req, res, [...this.#inner]);
  }

  /** Serves a scrape to clients that all guards admit too. */
  serveScrape(req: IncomingMessage, res: ServerResponse, guards: readonly ScrapeGuard[]): void {
    if (guards.every((guard) => guard === this || !guard.isGuarded)) {
      this.#scrape(req, res);
      return;
    }
    const { registry, scrape = {} } = this.options;
    const gatherer = gathererOf(registry);
    // The guards run as the option `auth`, so that they count in the limits of the scrape.
    this.#guardedScrape ??= scrapeHandler({
      ...(gatherer && { gatherer }),
      ...scrape,
      auth: async (request) => (await this.admits(request)) && (await isAdmitted(this.#guardsOf.get(request), request)),
    });
    this.#guardsOf.set(req, guards);
    this.#guardedScrape(req, res);
  }

  /** True if this scrape's options `auth` and `allow` admit a request. */
  async admits(req: IncomingMessage): Promise<boolean> {
    const { auth, allow } = this.options.scrape ?? {};
    if (allow !== undefined && !allowList(allow)(req.socket.remoteAddress)) return false;
    return auth === undefined || authRule(auth as never).isAllowed(req.headers.authorization, req);
  }

  /**
   * Begins to record a request before the framework has received it; call `begin` once the framework has. Functions among the
   * options are called only then, so never for a request that the framework refuses unseen. Never throws.
   */
  beginUnrouted(rawReq: IncomingMessage, rawRes: ServerResponse): void {
    this.#arrived(rawReq, rawRes, undefined, false);
  }

  /** Begins to record a request that arrives at an instrumented server. Never throws. */
  arrived(rawReq: IncomingMessage, rawRes: ServerResponse, server: ArrivedAt): void {
    this.#arrived(rawReq, rawRes, server, this.#recording === this.#ownRecording);
  }

  #arrived(
    rawReq: IncomingMessage,
    rawRes: ServerResponse,
    server: ArrivedAt | undefined,
    hasFramework: boolean,
  ): void {
    const req = rawReq as Req;
    const res = rawRes as Res;
    try {
      const active = activeRequestOf(rawRes);
      if (active !== undefined) {
        active.server ??= server;
        if (hasFramework) active.join(this.#recording, undefined, req, res);
        else if (this.#recording.rank === ADAPTER) this.#placeAt(active);
        return;
      }
      if (this.#recording.recorder.isSkipped(hasFramework ? req : undefined, rawReq) || this.#isSkipped(rawReq)) {
        this.leaveOut(rawReq, rawRes, server);
      } else {
        this.#begin(rawReq, rawRes, undefined, req, res, hasFramework).server = server;
      }
    } catch (error) {
      this.reportError(error);
    }
  }

  /** Excludes a request from the recordings of all instrumentations. Never throws. */
  leaveOut(rawReq: IncomingMessage, rawRes: ServerResponse, server?: ArrivedAt): void {
    try {
      const [req, res] = [rawReq as Req, rawRes as Res];
      const request = new NodeRequest(this.#recording, rawReq, rawRes, undefined, req, res, undefined);
      NodeRequest.excluded(request);
      request.server = server;
      this.#watch(request, undefined);
    } catch (error) {
      this.reportError(error);
    }
  }

  /**
   * Records a request from now on until its response has ended. `routeOf` is called when the response begins. If the request is
   * already being recorded, the time of its beginning stays, and this object records it from now on, with its options: the
   * outermost instrumentation measures, the innermost adapter knows the route. A request that another instrumentation leaves out
   * is left out. Never throws. Costs about a microsecond; labels are not hashed once the series are known.
   * @param rawReq Node's request
   * @param rawRes Node's response
   * @param req the framework's request, passed to `routeOf` and to functions among the options. Default: Node's request
   * @param res the framework's response. Default: Node's response
   * @returns a function that ends the recording early, for frameworks that know the end better than the response does
   */
  begin(
    rawReq: IncomingMessage,
    rawRes: ServerResponse,
    routeOf?: RouteOf<Req, Res>,
    req: Req = rawReq as Req,
    res: Res = rawRes as Res,
  ): () => void {
    try {
      const early = earlyRequestByRes(rawRes);
      if (early === undefined && isUpgraded(rawReq, rawRes)) {
        countUpgraded(this.#recording.recorder, upgradeProtocol(rawReq), rawReq.socket);
        return nothing;
      }
      const active = activeRequestOf(rawRes, early?.carrier);
      if (active !== undefined) {
        this.#placeAt(active);
        active.join(this.#recording, routeOf, req, res);
        return active.end;
      }
      this.#place(rawReq);
      if (this.#recording.recorder.isSkipped(req, rawReq)) {
        this.leaveOut(rawReq, rawRes);
        return nothing;
      }
      return this.#begin(rawReq, rawRes, routeOf, req, res, true, early).end;
    } catch (error) {
      this.reportError(error);
      return nothing;
    }
  }

  /** Notes the error that the framework reports for a request. Does nothing for a request that is not recorded. */
  failed(rawRes: ServerResponse, error: unknown): void {
    const request = activeRequestOf(rawRes);
    if (request !== undefined) request.error = error;
  }

  /** Notes that a response is a stream, whose duration says nothing about the service, although it is no `text/event-stream`. */
  streamBegan(rawRes: ServerResponse): void {
    activeRequestOf(rawRes)?.streamBegan();
  }

  /** Counts an error of an adapter in `http_instrumentation_errors_total` and calls `onError`. Never throws. */
  reportError(error: unknown): void {
    const { recorder } = this.#hasMadeWay ? this.#recording : this.#ownRecording;
    recorder.reportError(error);
    if (this.#hasMadeWay) this.#ownRecording.recorder.reportError(error);
  }

  /** Counts the connection of an upgrade or CONNECT request from its acceptance on. Records a request that is refused. */
  watchUpgrade(
    rawReq: IncomingMessage,
    connection: Duplex,
    watch: (answered: (status: number | undefined) => void) => void,
  ): void {
    const recording = this.#recording;
    const startMs = performance.now();
    let isAnswered = false;
    const answered = (status: number | undefined) => {
      if (isAnswered) return;
      isAnswered = true;
      if (status === undefined) return;
      try {
        const isAccepted = status === 101 || (rawReq.method === 'CONNECT' && status >= 200 && status < 300);
        if (isAccepted) {
          countUpgraded(recording.recorder, upgradeProtocol(rawReq), connection);
        } else if (byRequest(rawReq) === undefined) {
          // No framework has the request, so none records it.
          this.#recordRefused(recording, rawReq, status, startMs);
        }
      } catch (error) {
        this.reportError(error);
      }
    };
    connection.once('close', () => answered(0));
    watch(answered);
  }

  #recordRefused(recording: Recording<Req, Res>, rawReq: IncomingMessage, status: number, startMs: number): void {
    const { recorder } = recording;
    const hasFramework = recording === this.#ownRecording;
    if (recorder.isSkipped(hasFramework ? (rawReq as Req) : undefined, rawReq) || this.#isSkipped(rawReq)) return;
    // The program has written the response to the socket. Functions among the options receive this object in its place.
    const rawRes = {
      req: rawReq,
      statusCode: status,
      headersSent: status !== 0,
      getHeader: nothing,
    } as unknown as ServerResponse;
    const request = new NodeRequest(recording, rawReq, rawRes, undefined, rawReq as Req, rawRes as Res, undefined);
    request.hasFramework = hasFramework;
    request.startMs = startMs;
    recorder.end(request, status, status === 0 ? 'before_headers' : undefined);
  }

  /** Recording of the requests that arrive: its own, or an adapter's. */
  get recording(): unknown {
    return this.#recording;
  }

  /** Records requests by the recording of an adapter from now on, or, without an argument, by its own again. */
  recordBy(adapter?: { readonly recording: unknown }): void {
    if (adapter !== undefined) this.#recording = adapter.recording as Recording<Req, Res>;
    else if (!this.#hasMadeWay) this.#recording = this.#ownRecording;
  }

  /** Unregisters the metrics, so that an adapter can define them with other options. Returns false if that is not possible. */
  makeWay(): boolean {
    if (this.#hasMadeWay || !hasDefaultsOnly(this.options)) return false;
    this.#ownRecording.recorder.unregister();
    this.#hasMadeWay = true;
    return true;
  }

  /** Registers the metrics again: the adapter that they made way for was not created. */
  comeBack(): void {
    const recorder = new RequestRecorder<Req, Res, string>(this.options as never);
    this.#ownRecording = { ...this.#ownRecording, recorder };
    this.#recording = this.#ownRecording;
    this.#hasMadeWay = false;
  }

  /** True if the option `skip` excludes a request that is recorded by the recording of an adapter. */
  #isSkipped(rawReq: IncomingMessage): boolean {
    const own = this.#ownRecording;
    return own !== this.#recording && own.recorder.isSkipped(rawReq as Req, rawReq);
  }

  /** Learns from a request that passes this adapter which instrumentations it passes besides. */
  #placeAt(active: NodeRequest): void {
    if (this.#recording.rank !== ADAPTER) return;
    this.#place(active.rawReq);
    const server = active.server as InstrumentedServer | undefined;
    if (server !== undefined && server.adapter !== this) server.passes(this);
    const { owner } = active;
    if ((owner as unknown) !== this) owner.passes(this);
  }

  /** Notes that requests of this instrumentation pass another one, whose scrape may be less open than this one's. */
  passes(inner: ScrapeGuard): void {
    this.#inner.add(inner);
  }

  /** Notes the first request that a client has sent: a simulated request tells nothing about the servers. */
  #place(rawReq: IncomingMessage): void {
    if (this.#isPlaced || !hasSocket(rawReq)) return;
    this.#isPlaced = true;
    notePlaced(this);
  }

  #begin(
    rawReq: IncomingMessage,
    rawRes: ServerResponse,
    routeOf: RouteOf<Req, Res> | undefined,
    req: Req,
    res: Res,
    hasFramework: boolean,
    early?: EarlyRequest,
  ): NodeRequest<Req, Res> {
    const request = new NodeRequest(this.#recording, rawReq, rawRes, routeOf, req, res, early);
    request.hasFramework = hasFramework;
    this.#recording.recorder.begin(request);
    this.#watch(request, early);
    return request;
  }

  #watch(request: NodeRequest<Req, Res>, early: EarlyRequest | undefined): void {
    const { rawReq, rawRes, carrier } = request;
    try {
      attach<NodeRequest>(request as NodeRequest);
      if ((carrier as object) === rawRes) attachToReq(rawReq, request);
      if (early !== undefined) {
        early.request = request;
        if (early.isOver) request.end();
      } else {
        watchCompletion(request);
        if (rawReq.httpVersionMajor >= 2) hookRespond(streamOf(rawRes), request);
        else hookHeaders(rawRes, request);
      }
      if (this.#recording.sizes === 'body') hookBody(rawRes, request);
      if (request.asksForUpgrade && !(rawReq.httpVersionMajor >= 2)) {
        // A response in the queue behind another one has no socket yet; a simulated request may have none.
        const socket = rawRes.socket ?? rawReq.socket;
        watchUpgrade(socket, (status) => {
          if (status === 101) request.upgraded(socket);
        });
      }
    } catch (error) {
      // A request whose end stays unnoticed must not stay in flight for ever.
      request.cancel();
      throw error;
    }
  }
}

async function isAdmitted(guards: readonly ScrapeGuard[] = [], req: IncomingMessage): Promise<boolean> {
  for (const guard of guards) if (!(await guard.admits(req))) return false;
  return true;
}

/** Returns the active request of a response, which another copy of this package may have begun. */
export function activeRequestOf(
  rawRes: ServerResponse,
  // A simulated response may lack its request.
  carrier: object = carrierOf(rawRes.req as IncomingMessage | undefined, rawRes),
): NodeRequest | undefined {
  return byResponse(rawRes, carrier as Carrier<NodeRequest>);
}

function nothing(): void {}
