import type { IncomingMessage } from 'node:http';

// By name, so that the copy of this package which an adapter has loaded reads what the application's copy wrote.
const ROUTE: unique symbol = Symbol.for('@promwright/http-route@1') as never;

/**
 * Names the route under which this one request is recorded, in place of the one that the framework reports; with `false`
 * the request is not recorded at all. May be called at any time before the response has ended, and the last call counts.
 * Give it a template such as `/users/:id`: every new text is a new series.
 */
export function setRoute(req: IncomingMessage, route: string | false): void {
  (req as { [ROUTE]?: string | false })[ROUTE] = route;
}

/** What {@link setRoute} said of this request. */
export function routeSetFor(req: IncomingMessage): string | false | undefined {
  return (req as { [ROUTE]?: string | false })[ROUTE];
}
