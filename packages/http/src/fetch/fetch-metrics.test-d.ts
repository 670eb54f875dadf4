import { expectTypeOf } from 'vitest';
import { fetchMetrics, fetchScrapeHandler } from '../fetch.ts';

class NextRequest extends Request {
  readonly cookies = new Map<string, string>();
}
interface Context {
  readonly params: Promise<{ id: string }>;
}

// A handler keeps its type, including further parameters of a framework.
const next = async (request: NextRequest, context: Context) =>
  new Response(`${request.cookies.size}${(await context.params).id}`);
expectTypeOf(fetchMetrics(next, { path: false, route: () => '/users/[id]' })).toEqualTypeOf<typeof next>();

declare const hono: (
  request: Request,
  env?: object,
  context?: { waitUntil(p: Promise<unknown>): void },
) => Response | Promise<Response>;
expectTypeOf(fetchMetrics(hono)).toEqualTypeOf<typeof hono>();

// A handler of Bun can return nothing after an upgrade, and keeps its `this`.
declare const bun: (this: { port: number }, request: Request) => Promise<Response | undefined>;
expectTypeOf(fetchMetrics(bun)).parameters.toEqualTypeOf<[Request]>();
expectTypeOf(fetchMetrics(bun)).thisParameter.toEqualTypeOf<{ port: number }>();

// A wrapped synchronous handler may return a promise, for the scrape.
const immediate = (request: Request) => new Response(request.url);
expectTypeOf(fetchMetrics(immediate)).returns.toEqualTypeOf<Response | Promise<Response>>();
expectTypeOf(fetchMetrics(immediate)).parameters.toEqualTypeOf<[request: Request]>();

// The response may be undefined.
fetchMetrics(immediate, { route: (request, response, detected) => response?.statusText ?? detected ?? request.url });
// @ts-expect-error the response may be undefined
fetchMetrics(immediate, { route: (_, response) => response.statusText });

fetchMetrics(immediate, { extraLabels: { names: ['tenant'], values: ({ req }) => ({ tenant: req.url }) } });
// @ts-expect-error a label without a name in `names`
fetchMetrics(immediate, { extraLabels: { names: ['tenant'], values: () => ({ tennant: '' }) } });
// @ts-expect-error addresses are not available
fetchMetrics(immediate, { scrape: { allow: ['::1'] } });
// @ts-expect-error addresses are not available
fetchScrapeHandler({ allow: ['::1'] });
declare const express: (req: object, res: object, next: () => void) => void;
// @ts-expect-error not a handler of the fetch standard
fetchMetrics(express);

expectTypeOf(fetchScrapeHandler({ auth: (request) => request.headers.has('x') })).toEqualTypeOf<
  (request: Request) => Promise<Response>
>();
