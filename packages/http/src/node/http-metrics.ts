import type { IncomingMessage, ServerResponse } from 'node:http';
import { ADAPTER } from '../requests/recording.ts';
import type { HttpMetricsOptions } from './http-metrics-options.ts';
import { NodeInstrumentation } from './node-instrumentation.ts';

/**
 * Records HTTP requests: durations, requests in flight, aborts. Adapters are built on this class; a program without a framework
 * can use it in its request listener, or call `instrumentServer`. Several objects with equal options count in the same series.
 *
 * Starts no timer, and listens only to requests in flight.
 *
 * @example
 * const metrics = new HttpMetrics();
 * createServer((req, res) => {
 *   if (metrics.isScrape(req)) return metrics.handleScrape(req, res);
 *   metrics.begin(req, res, () => '/hello');
 *   res.end('Hello\n');
 * });
 */
export class HttpMetrics<
  Req = IncomingMessage,
  Res = ServerResponse,
  L extends string = never,
> extends NodeInstrumentation<Req, Res, L> {
  /** @throws for an invalid option, with code `INVALID_OPTION`, and if a metric name is taken by another definition */
  constructor(options: HttpMetricsOptions<Req, Res, L> = {}) {
    super(options, ADAPTER);
  }
}
