import type { Registry } from '@promwright/metrics';
import { samples } from '@promwright/model';

/** Counts of the request metrics in a registry, by label values. */
export interface Counts {
  /** Returns the values of a metric by label values. */
  numbers(name: string): Record<string, number>;
  /** Returns the number of finished requests by method, route and status. */
  ended(): Record<string, number>;
  inFlight(): Record<string, number>;
  aborts(): Record<string, number>;
  errors(): number | undefined;
}

/** Returns functions that read the request metrics of a registry. */
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
    ended: () => ended(registry),
    inFlight: () => numbers('http_requests_in_flight'),
    aborts: () => numbers('http_request_aborts_total'),
    errors: () => numbers('http_instrumentation_errors_total')[''],
  };
}

/** Returns the series of a family, each with its labels and its number. */
export function rows(
  registry: Registry,
  name: string,
): readonly { readonly labels: Readonly<Record<string, string>>; readonly value?: number; readonly count?: number }[] {
  const [family] = registry.gatherSync({ names: [name] });
  return [...(family?.rows() ?? [])] as ReturnType<typeof rows>;
}

/** Returns the sum over all series of a family. */
export function total(registry: Registry, name: string): number {
  return rows(registry, name).reduce((sum, { value }) => sum + value!, 0);
}

/** Returns the number of finished requests by method, route, status and extra labels. */
export function ended(registry: Registry): Record<string, number> {
  return Object.fromEntries(
    rows(registry, 'http_request_duration_seconds').map(({ labels, count }) => [
      Object.values(labels).join(' '),
      count!,
    ]),
  );
}

/** Returns the number of requests in flight, over all methods. */
export function inFlight(registry: Registry): number {
  return total(registry, 'http_requests_in_flight');
}

/** Returns the number of internal errors of the instrumentation. */
export function errors(registry: Registry): number {
  return total(registry, 'http_instrumentation_errors_total');
}
