import { typeError } from '@promwright/model';
import { registryOf } from '../options/registry-of.ts';
import { differingOptions, isEqualOption } from '../requests/differing-options.ts';
import { type HttpMetricsOptions, scrapePath } from './http-metrics-options.ts';
import type { Instrumentation } from './instrumentation.ts';

type Options = HttpMetricsOptions<never, never, string>;

// Registered by name: two copies of this package see the instrumentations of a server that either copy has made.
const INSTRUMENTED: unique symbol = Symbol.for('@promwright/http-server@1') as never;
const ADAPTERS: unique symbol = Symbol.for('@promwright/http-server-adapters@1') as never;

interface PlacedAdapter {
  readonly options: Options;
  /** Object that stands for the requests that the adapter receives. */
  readonly scope: object;
}

/** Server with its instrumentations. */
export interface InstrumentableServer {
  [INSTRUMENTED]?: { readonly options: Options; readonly instrumentation: Instrumentation } | undefined;
  [ADAPTERS]?: PlacedAdapter[];
}

/** Returns the instrumentation of `instrumentServer`, and its options. */
export function serverInstrumentation(server: object): InstrumentableServer[typeof INSTRUMENTED] {
  return (server as InstrumentableServer)[INSTRUMENTED];
}

/** Sets or removes the instrumentation of `instrumentServer`. */
export function setServerInstrumentation(server: object, value: InstrumentableServer[typeof INSTRUMENTED]): void {
  Object.defineProperty(server, INSTRUMENTED, { value, configurable: true });
}

/**
 * Notes that an adapter receives requests of a server. For frameworks that know their server before the first request: call it
 * before you create the `HttpMetrics`, so that options that cannot be combined fail the start.
 * @param scope object that stands for the requests, such as an application: adapters with the same scope receive the same requests
 * @throws TypeError with code `INVALID_OPTION` if options of the adapter, or of another instrumentation of the server, would have
 *   no effect
 */
export function placeAdapter<Req, Res, L extends string>(
  server: object,
  options: HttpMetricsOptions<Req, Res, L>,
  scope: object,
): void {
  const added = options as unknown as Options;
  const before = serverInstrumentation(server);
  if (before !== undefined) refuseLost(lostOptions(before.options, added));
  const adapters = (server as InstrumentableServer)[ADAPTERS] ?? [];
  (server as InstrumentableServer)[ADAPTERS] = adapters;
  for (const adapter of adapters) refuseOther(adapter, added, scope);
  adapters.push({ options: added, scope });
}

/**
 * Checks that the options of `instrumentServer` can be combined with those of the adapters that the server already has.
 * @throws TypeError with code `INVALID_OPTION`
 */
export function checkAdapters(server: object, options: Options): void {
  for (const adapter of (server as InstrumentableServer)[ADAPTERS] ?? [])
    refuseLost(lostOptions(options, adapter.options));
}

/** Returns the names of the options of `instrumentServer`, or of the adapter's scrape, that have no effect because of the other. */
export function lostOptions(server: Options, adapter: Options): string[] {
  const lost = differingOptions(server, adapter);
  const servesScrape = server.path !== undefined || server.scrape !== undefined;
  // The credentials of both hold.
  const { auth: _auth, allow: _allow, ...others } = adapter.scrape ?? {};
  if (servesScrape && isSamePath(server, adapter) && differingOptions(others, server.scrape ?? {}).length > 0) {
    lost.push('scrape');
  }
  return lost;
}

/** Returns the message for options that {@link lostOptions} has found. */
export function lostMessage(lost: readonly string[]): string {
  return `An adapter records the requests of this server: pass ${quoted(lost)} to the adapter, not to instrumentServer`;
}

function refuseLost(lost: readonly string[]): void {
  if (lost.length > 0) throw typeError('INVALID_OPTION', lostMessage(lost));
}

/** Refuses an adapter if the options of an earlier one would have no effect, because the later one records; or its own scrape's. */
function refuseOther(earlier: PlacedAdapter, options: Options, scope: object): void {
  const isSameRegistry = registryOf(earlier.options) === registryOf(options);
  const lost = earlier.scope === scope ? differingOptions(earlier.options, options) : [];
  if (earlier.scope === scope && !isSameRegistry) lost.push('registry');
  if (lost.length > 0) {
    throw typeError(
      'INVALID_OPTION',
      `An adapter records these requests already, with other options; this one got another value of ${quoted(lost)}`,
    );
  }
  const { scrape } = options;
  if (!isSamePath(earlier.options, options)) return;
  const unserved = scrape !== undefined && !isEqualOption(scrape, earlier.options.scrape) ? ['scrape'] : [];
  if (!isSameRegistry && (earlier.options.scrape?.gatherer ?? scrape?.gatherer) === undefined)
    unserved.push('registry');
  if (unserved.length === 0) return;
  throw typeError(
    'INVALID_OPTION',
    `An adapter serves "${scrapePath(options)}" already, with other options; this one got another value of ${quoted(unserved)}`,
  );
}

function isSamePath(a: Options, b: Options): boolean {
  return scrapePath(a) !== false && scrapePath(a) === scrapePath(b);
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
