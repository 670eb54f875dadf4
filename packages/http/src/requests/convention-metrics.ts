import { Counter, type CounterSeries, Histogram, type HistogramSeries, type NativeOptions } from '@promwright/metrics';
import type { LabelValue, Registerer } from '@promwright/model';
import type { ConventionNames } from './metric-names.ts';
import { type RequestLabel, type RequestValues, STATUS } from './request-labels.ts';

/** Options of {@link ConventionMetrics}. */
export interface ConventionMetricsOptions {
  readonly registry: Registerer;
  readonly names: ConventionNames;
  readonly labels: readonly RequestLabel[];
  readonly buckets: readonly number[] | undefined;
  readonly native: boolean | NativeOptions | undefined;
}

/** Series of one convention that a finished request counts in. */
export interface ConventionSeries {
  readonly duration: HistogramSeries;
  readonly counter: CounterSeries | undefined;
  readonly timeToHeaders: HistogramSeries | undefined;
  readonly requestSize: HistogramSeries | undefined;
  readonly responseSize: HistogramSeries | undefined;
}

/** Bounds in seconds that OpenTelemetry's conventions advise for `http.server.request.duration`. */
const DURATION_BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const SIZE_BUCKETS: readonly number[] = [100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];
const STREAM_BUCKETS: readonly number[] = [1, 5, 15, 60, 300, 900, 3600];

/** Metrics of finished requests under the names and labels of one convention. All have the same labels, except aborts. */
export class ConventionMetrics {
  readonly #labels: readonly RequestLabel[];
  readonly #duration: Histogram<string>;
  readonly #counter: Counter<string> | undefined;
  readonly #aborts: Counter<string> | undefined;
  readonly #timeToHeaders: Histogram<string> | undefined;
  readonly #requestSize: Histogram<string> | undefined;
  readonly #responseSize: Histogram<string> | undefined;
  readonly #streamDuration: Histogram<string> | undefined;

  /** @throws for invalid names, labels or buckets, and if a metric name is taken by another definition */
  constructor({ registry, names, labels, buckets = DURATION_BUCKETS, native = false }: ConventionMetricsOptions) {
    const shared = { registry, ...labelled(labels) };
    const durations = { ...shared, buckets, native };
    this.#labels = labels;
    this.#duration = new Histogram<string>({
      ...durations,
      name: names.duration,
      help: 'Time from the start of an HTTP request to the end of its response.',
    });
    this.#counter =
      names.counter === undefined
        ? undefined
        : new Counter<string>({ ...shared, name: names.counter, help: 'HTTP requests whose response has ended.' });
    this.#aborts =
      names.aborts === undefined
        ? undefined
        : new Counter<string>({
            ...shared,
            // The phase replaces the status: the status of an aborted response adds nothing to the phase.
            ...labelled(labels.filter(({ at }) => at !== STATUS).concat(PHASE)),
            name: names.aborts,
            help: 'HTTP requests whose connection or response was closed before the response was complete.',
          });
    const histogram = (name: string | undefined, help: string, options: Partial<typeof durations>) =>
      name === undefined ? undefined : new Histogram<string>({ ...shared, ...options, name, help });
    this.#timeToHeaders = histogram(
      names.timeToHeaders,
      'Time from the start of an HTTP request to the headers of its response.',
      durations,
    );
    this.#requestSize = histogram(names.requestSize, 'Size of HTTP requests.', { buckets: SIZE_BUCKETS });
    this.#responseSize = histogram(names.responseSize, 'Size of HTTP responses.', { buckets: SIZE_BUCKETS });
    this.#streamDuration = histogram(
      names.streamDuration,
      'Time from the start of an HTTP request to the end of its event stream.',
      { buckets: STREAM_BUCKETS },
    );
  }

  /** Returns the series of requests with these values, and creates them if need be. */
  series(values: RequestValues): ConventionSeries {
    const labels = this.#labelsOf(this.#labels, values);
    return {
      duration: this.#duration.labels(labels),
      counter: this.#counter?.labels(labels),
      timeToHeaders: this.#timeToHeaders?.labels(labels),
      requestSize: this.#requestSize?.labels(labels),
      responseSize: this.#responseSize?.labels(labels),
    };
  }

  /** Observes the duration of an event stream that has ended. */
  streamed(values: RequestValues, seconds: number): void {
    this.#streamDuration?.observe(this.#labelsOf(this.#labels, values), seconds);
  }

  /** Counts an aborted request. */
  aborted(values: RequestValues, phase: string): void {
    if (this.#aborts === undefined) return;
    const labels = this.#labels.filter(({ at }) => at !== STATUS);
    this.#aborts.inc({ ...this.#labelsOf(labels, values), [PHASE.name]: phase });
  }

  #labelsOf(labels: readonly RequestLabel[], values: RequestValues): Record<string, LabelValue> {
    return Object.fromEntries(labels.map(({ name, at, show }) => [name, show(values[at])]));
  }
}

/** Label of aborts only; `aborted` sets the value. */
const PHASE: RequestLabel = { name: 'phase', at: -1, show: () => '' };

function labelled(labels: readonly RequestLabel[]) {
  return {
    labelNames: labels.map(({ name }) => name) as never,
    labelLimit: Object.fromEntries(labels.flatMap(({ name, limit }) => (limit === undefined ? [] : [[name, limit]]))),
  };
}
