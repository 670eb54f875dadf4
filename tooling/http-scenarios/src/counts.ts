import type { Registry } from '@promwright/metrics';
import { samples } from '@promwright/model';

/** What request metrics in a registry have counted, by the values of their labels. */
export interface Counts {
  /** Samples by their values of labels. */
  numbers(name: string): Record<string, number>;
  /** How many requests ended, by method, route and status. */
  ended(): Record<string, number>;
  inFlight(): Record<string, number>;
  aborts(): Record<string, number>;
  errors(): number | undefined;
}

/** Reads what request metrics have counted. */
export function countsIn(registry: Registry): Counts {
  const numbers = (name: string): Record<string, number> =>
    Object.fromEntries(
      registry
        .gatherSync()
        .flatMap((family) =>
          [...samples(family)]
            .filter((sample) => sample.name === name)
            .map(({ labels, value }) => [labels.map((label) => label.value).join(' '), value]),
        ),
    );
  return {
    numbers,
    ended: () => numbers('http_request_duration_seconds_count'),
    inFlight: () => numbers('http_requests_in_flight'),
    aborts: () => numbers('http_request_aborts_total'),
    errors: () => numbers('http_instrumentation_errors_total')[''],
  };
}
