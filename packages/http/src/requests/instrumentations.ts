import { processState, type Registerer } from '@promwright/model';

/** Request of Node, as far as credentials need it. */
export interface ScrapingRequest {
  readonly headers: { readonly authorization?: string | undefined };
}

/** Instrumentation that serves a scrape, as others see it. Another copy of this package may own it. */
export interface ScrapeGuard {
  /** Path of the scrape; `false` if none is served. */
  readonly path: string | false;
  /** True if the scrape is not open to everybody. */
  readonly isGuarded: boolean;
  /** True if the scrape is shown to the client that sent this request. */
  admits(req: ScrapingRequest): Promise<boolean>;
}

/** Adapter of a framework, as an instrumented server sees it. */
export interface Adapter extends ScrapeGuard {
  readonly options: object & { readonly scrape?: unknown };
  /** Recording of its requests. */
  readonly recording: unknown;
  reportError(error: unknown): void;
}

/** Instrumented server, whose metrics can make way for an adapter's metrics of the same names. */
interface MakingWay {
  /** Unregisters the metrics. Returns false if the server has options of its own for them. */
  makeWay(): boolean;
  /** Registers the metrics again. */
  comeBack(): void;
  /** Called when an adapter that counts in the same registry exists. */
  adapterExists(adapter: Adapter): void;
}

interface Instrumentations {
  /** Adapters that have received no request yet: each may belong to any server. */
  readonly unplaced: Set<ScrapeGuard>;
  /** Adapters by registry; the newest only. */
  readonly adapters: WeakMap<object, Adapter>;
  /** Instrumented servers by registry. */
  readonly servers: WeakMap<object, Set<MakingWay>>;
}

/** Shared by all copies of this package: a program may load one for its adapter and one for its server. */
const state = /* @__PURE__ */ processState<Instrumentations>('http-instrumentations@1', () => ({
  unplaced: new Set(),
  adapters: new WeakMap(),
  servers: new WeakMap(),
}));

/** Notes a new adapter, which counts in a registry. */
export function noteAdapter(adapter: unknown, registry: Registerer): void {
  state.unplaced.add(adapter as Adapter);
  state.adapters.set(registry, adapter as Adapter);
  for (const server of state.servers.get(registry) ?? []) server.adapterExists(adapter as Adapter);
}

/** Notes that an adapter has received a request: its server is known. */
export function notePlaced(adapter: ScrapeGuard): void {
  state.unplaced.delete(adapter);
}

/** Returns the adapters that may belong to any server. */
export function unplacedAdapters(): readonly ScrapeGuard[] {
  return [...state.unplaced];
}

/** Returns the newest adapter that counts in a registry. */
export function adapterOf(registry: Registerer): Adapter | undefined {
  return state.adapters.get(registry);
}

/** Notes an instrumented server, which counts in a registry. Returns a function that forgets the server. */
export function noteServer(server: MakingWay, registry: Registerer): () => void {
  const servers = state.servers.get(registry) ?? new Set();
  state.servers.set(registry, servers);
  servers.add(server);
  return () => void servers.delete(server);
}

/**
 * Lets instrumented servers without options for the metrics of requests unregister these metrics. Returns the servers that have
 * done so.
 */
export function makeWay(registry: Registerer): readonly MakingWay[] {
  return [...(state.servers.get(registry) ?? [])].filter((server) => server.makeWay());
}
