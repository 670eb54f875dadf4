// Registered by name: every copy of this package recognises a marked server.
const MARK: unique symbol = Symbol.for('@promwright/http-metrics-server@1') as never;

/** Marks a server that serves only metrics. */
export function markMetricsServer(server: object): void {
  Object.defineProperty(server, MARK, { value: true });
}

/** True for a server that serves only metrics: its requests are not requests of the application. */
export function isMetricsServer(server: object): boolean {
  return MARK in server;
}
