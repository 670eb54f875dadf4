import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpMetrics } from './http-metrics.ts';
import type { HttpMetricsOptions } from './http-metrics-options.ts';
import type { Instrumentation } from './instrument-server.ts';
import { isMetricsServer } from './server/metrics-server-mark.ts';

/** Options of {@link instrumentAll}: the options for one server, without those of the scrape. */
export interface InstrumentAllOptions<L extends string = never>
  extends Omit<HttpMetricsOptions<IncomingMessage, ServerResponse, L>, 'path' | 'scrape'> {}

interface RequestStart {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly server: object;
}

const START = 'http.server.request.start';

/**
 * Times the requests of every `node:http` and `node:https` server of the process, libraries' servers included, and requests that
 * Node refuses because the header Host is missing. Does not see HTTP/2, upgrades and malformed requests. Serves no `/metrics`:
 * use `startMetricsServer`, whose own requests are not recorded.
 *
 * @throws for an invalid option, with code `INVALID_OPTION`, and if a metric name is taken by another definition
 */
export function instrumentAll<L extends string = never>(options: InstrumentAllOptions<L> = {}): Instrumentation {
  const metrics = new HttpMetrics<IncomingMessage, ServerResponse, L>({ ...options, path: false });
  // An exception of a subscriber would end the process.
  const onStart = (message: unknown) => {
    try {
      const { request, response, server } = message as RequestStart;
      if (!isMetricsServer(server)) metrics.begin(request, response);
    } catch (error) {
      metrics.reportError(error);
    }
  };
  subscribe(START, onStart);
  return {
    stop() {
      unsubscribe(START, onStart);
    },
  };
}
