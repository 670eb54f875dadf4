import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { processState } from '@promwright/model';
import { EVERY_SERVER } from '../requests/recording.ts';
import { checkEqualOptions } from './check-equal-options.ts';
import type { HttpMetricsOptions } from './http-metrics-options.ts';
import type { Instrumentation } from './instrumentation.ts';
import { NodeInstrumentation } from './node-instrumentation.ts';
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

interface Running {
  /** The running instrumentation: one per process, also if two copies of this package are loaded. */
  current: { readonly options: object; readonly instrumentation: Instrumentation } | undefined;
}

const running = /* @__PURE__ */ processState<Running>('http-instrument-all@1', () => ({ current: undefined }));

/**
 * Times the requests of every `node:http` and `node:https` server of the process, libraries' servers included, and requests that
 * Node refuses because the header Host is missing. Does not see HTTP/2, upgrades and malformed requests. Serves no `/metrics`:
 * use `startMetricsServer`, whose own requests are not recorded. An adapter or `instrumentServer` that sees a request records it,
 * with its own options; a request that one of them skips, all leave out.
 *
 * @returns the instrumentation; of a second call with equal options, that of the first call
 * @throws for an invalid option, and while an instrumentation with other options runs, with code `INVALID_OPTION`; and if a metric
 *   name is taken by another definition
 */
export function instrumentAll<L extends string = never>(options: InstrumentAllOptions<L> = {}): Instrumentation {
  if (running.current !== undefined) {
    checkEqualOptions('instrumentAll', 'All servers are instrumented', options, running.current.options);
    return running.current.instrumentation;
  }
  const metrics = new NodeInstrumentation<IncomingMessage, ServerResponse, L>(
    { ...options, path: false },
    EVERY_SERVER,
  );
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
  const instrumentation: Instrumentation = {
    stop() {
      unsubscribe(START, onStart);
      if (running.current?.instrumentation === instrumentation) running.current = undefined;
    },
  };
  running.current = { options, instrumentation };
  return instrumentation;
}
