import { expectTypeOf } from 'vitest';
import { fetchMetrics, fetchScrapeHandler } from '../fetch.ts';

class NextRequest extends Request {
  readonly cookies = new Map<string, string>();
}
interface Context {
  readonly params: Promise<{ id: string }>;
}

// A handler keeps its type, with what a framework passes beside the request.
const next = async (request: NextRequest, context: Context) =>
  new Response(`${request.cookies.size}${(await context.params).id}`);
expectTypeOf(fetchMetrics(next, { path: false, route: () => '/users/[id]' })).toEqualTypeOf<typeof next>();

declare const hono: (
  request: Request,
  env?: object,
  context?: { waitUntil(p: Promise<unknown>): void },
) => Response | Promise<Response>;
expectTypeOf(fetchMetrics(hono)).toEqualTypeOf<typeof hono>();

// Bun's may answer nothing after an upgrade; it keeps its `this`.
declare const bun: (this: { port: number }, request: Request) => Promise<Response | undefined>;
expectTypeOf(fetchMetrics(bun)).parameters.toEqualTypeOf<[Request]>();
expectTypeOf(fetchMetrics(bun)).thisParameter.toEqualTypeOf<{ port: number }>();

// One that answers at once may have to wait for the scrape.
const immediate = (request: Request) => new Response(request.url);
expectTypeOf(fetchMetrics(immediate)).returns.toEqualTypeOf<Response | Promise<Response>>();
expectTypeOf(fetchMetrics(immediate)).parameters.toEqualTypeOf<[request: Request]>();

// There may be no response.
fetchMetrics(immediate, { route: (request, response, detected) => response?.statusText ?? detected ?? request.url });
// @ts-expect-error of one that may be missing
fetchMetrics(immediate, { route: (_, response) => response.statusText });

fetchMetrics(immediate, { extraLabels: { names: ['tenant'], values: ({ req }) => ({ tenant: req.url }) } });
// @ts-expect-error a label that was not named
fetchMetrics(immediate, { extraLabels: { names: ['tenant'], values: () => ({ tennant: '' }) } });
// @ts-expect-error sizes of sockets
fetchMetrics(immediate, { sizes: 'socket' });
// @ts-expect-error addresses
fetchMetrics(immediate, { scrape: { allow: ['::1'] } });
// @ts-expect-error addresses
fetchScrapeHandler({ allow: ['::1'] });
declare const express: (req: object, res: object, next: () => void) => void;
// @ts-expect-error no handler of the fetch standard
fetchMetrics(express);

expectTypeOf(fetchScrapeHandler({ auth: (request) => request.headers.has('x') })).toEqualTypeOf<
  (request: Request) => Promise<Response>
>();
