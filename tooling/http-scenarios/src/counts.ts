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
    ended: () => ended(registry),
    inFlight: () => numbers('http_requests_in_flight'),
    aborts: () => numbers('http_request_aborts_total'),
    errors: () => numbers('http_instrumentation_errors_total')[''],
  };
}

/** The series of a family, each with its labels and its one number. */
export function rows(
  registry: Registry,
  name: string,
): readonly { readonly labels: Readonly<Record<string, string>>; readonly value?: number; readonly count?: number }[] {
  const [family] = registry.gatherSync({ names: [name] });
  return [...(family?.rows() ?? [])] as ReturnType<typeof rows>;
}

/** What a family of one number a series shows in all. */
export function total(registry: Registry, name: string): number {
  return rows(registry, name).reduce((sum, { value }) => sum + value!, 0);
}

/** How many requests ended, by method, route, status and labels of one's own. */
export function ended(registry: Registry): Record<string, number> {
  return Object.fromEntries(
    rows(registry, 'http_request_duration_seconds').map(({ labels, count }) => [
      Object.values(labels).join(' '),
      count!,
    ]),
  );
}

/** How many requests are under way, whatever their method. */
export function inFlight(registry: Registry): number {
  return total(registry, 'http_requests_in_flight');
}

/** How many errors the instrumentation kept from the application. */
export function errors(registry: Registry): number {
  return total(registry, 'http_instrumentation_errors_total');
}
