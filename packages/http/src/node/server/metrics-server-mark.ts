// By name, so that every copy of this package knows them.
const MARK: unique symbol = Symbol.for('@promwright/http-metrics-server@1') as never;

/** Marks a server as one of ours, which serves nothing but metrics. */
export function markMetricsServer(server: object): void {
  Object.defineProperty(server, MARK, { value: true });
}

/** Whether a server serves nothing but metrics, and its requests are none of the application. */
export function isMetricsServer(server: object): boolean {
  return MARK in server;
}
