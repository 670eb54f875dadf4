import type { RequestFamily, RequestOptions } from './request-options.ts';

/** Names of the metrics of one convention; `undefined` for a metric that is not shown. */
export interface ConventionNames {
  readonly duration: string;
  readonly counter: string | undefined;
  readonly aborts: string | undefined;
  readonly timeToHeaders: string | undefined;
  readonly requestSize: string | undefined;
  readonly responseSize: string | undefined;
  readonly streamDuration: string | undefined;
  readonly inFlight: string | undefined;
  readonly upgradedConnections: string;
  readonly upgradedDuration: string;
}

/** Names of all metrics. */
export interface MetricNames {
  readonly prometheus: ConventionNames | undefined;
  readonly otel: ConventionNames | undefined;
  readonly oldestAge: string;
  readonly streamsActive: string | undefined;
  readonly errors: string;
  readonly upgrades: string;
  readonly clientErrors: string;
}

type Options = Pick<
  RequestOptions<never, never, string>,
  'convention' | 'prefix' | 'names' | 'inFlight' | 'counter' | 'timeToHeaders' | 'sizes' | 'streams'
>;

/** Returns the names of the metrics that these options select. */
export function metricNames(options: Options): MetricNames {
  const { convention = 'prometheus', prefix = '', names = {}, streams = 'separate' } = options;
  const named = (family: RequestFamily, name: string) => prefix + (names[family] ?? name);
  const where = (shown: unknown, name: string) => (shown ? name : undefined);
  const { inFlight = true, counter, timeToHeaders, sizes } = options;
  const separate = streams === 'separate';
  return {
    prometheus:
      convention === 'otel'
        ? undefined
        : {
            duration: named('requestDuration', 'http_request_duration_seconds'),
            counter: where(counter, named('requests', 'http_requests_total')),
            aborts: named('requestAborts', 'http_request_aborts_total'),
            timeToHeaders: where(timeToHeaders, named('timeToHeaders', 'http_request_time_to_headers_seconds')),
            requestSize: where(sizes, named('requestSize', 'http_request_size_bytes')),
            responseSize: where(sizes, named('responseSize', 'http_response_size_bytes')),
            streamDuration: where(separate, named('streamDuration', 'http_stream_duration_seconds')),
            inFlight: where(inFlight, named('requestsInFlight', 'http_requests_in_flight')),
            upgradedConnections: named('upgradedConnections', 'http_upgraded_connections'),
            upgradedDuration: named('upgradedConnectionDuration', 'http_upgraded_connection_duration_seconds'),
          },
    // OpenTelemetry defines the duration, the sizes and the active requests; the other names follow the same style. There is no
    // counter, because the histogram has a count, and no metric of aborts, because an abort is a value of the label error_type.
    otel:
      convention === 'prometheus'
        ? undefined
        : {
            duration: `${prefix}http_server_request_duration_seconds`,
            counter: undefined,
            aborts: undefined,
            timeToHeaders: where(timeToHeaders, `${prefix}http_server_time_to_headers_seconds`),
            requestSize: where(sizes, `${prefix}http_server_request_body_size_bytes`),
            responseSize: where(sizes, `${prefix}http_server_response_body_size_bytes`),
            streamDuration: where(separate, `${prefix}http_server_stream_duration_seconds`),
            inFlight: where(inFlight, `${prefix}http_server_active_requests`),
            upgradedConnections: `${prefix}http_server_upgraded_connections`,
            upgradedDuration: `${prefix}http_server_upgraded_connection_duration_seconds`,
          },
    oldestAge: named('oldestRequestAge', 'http_oldest_request_age_seconds'),
    streamsActive: where(separate, named('streamsActive', 'http_streams_active')),
    errors: named('instrumentationErrors', 'http_instrumentation_errors_total'),
    upgrades: named('upgrades', 'http_upgrades_total'),
    clientErrors: named('clientErrors', 'http_client_errors_total'),
  };
}
