import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpMetrics } from './http-metrics.ts';
import type { HttpMetricsOptions } from './http-metrics-options.ts';
import type { Instrumentation } from './instrument-server.ts';
import { isMetricsServer } from './server/metrics-server-mark.ts';

/** What {@link instrumentAll} is made with: as for one server, but nothing is served. */
export interface InstrumentAllOptions<L extends string = never>
  extends Omit<HttpMetricsOptions<IncomingMessage, ServerResponse, L>, 'path' | 'scrape'> {}

interface RequestStart {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly server: object;
}

const START = 'http.server.request.start';

/**
 * Times the requests of every `node:http` and `node:https` server of the process, whoever made it, and those that Node
 * refuses for want of a header Host. It does not see HTTP/2, upgrades and what is refused before it is a request, and it
 * serves no `/metrics`: see `startMetricsServer`, whose own requests are left out.
 *
 * @throws for a wrong option, with code `INVALID_OPTION`, and for names that are taken by other definitions
 */
export function instrumentAll<L extends string = never>(options: InstrumentAllOptions<L> = {}): Instrumentation {
  const metrics = new HttpMetrics<IncomingMessage, ServerResponse, L>({ ...options, path: false });
  // What a subscriber throws would end the process.
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
