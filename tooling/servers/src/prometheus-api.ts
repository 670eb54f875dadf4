import { setTimeout as delay } from 'node:timers/promises';
import { parsePrometheusNumber } from './prometheus-number.ts';

/** Native histogram in the result of a query. */
export interface NativeHistogram {
  readonly count: number;
  readonly sum: number;
  /** Buckets that are not empty, from the lowest. */
  readonly buckets: readonly { readonly lower: number; readonly upper: number; readonly count: number }[];
}

/** Value at a time. A native histogram has no `value`, every other sample has no `histogram`. */
export interface Point {
  /** Unix time in seconds. */
  readonly timestamp: number;
  readonly value?: number;
  readonly histogram?: NativeHistogram;
}

/** Series in the result of an instant query. `labels` contains the name as `__name__`. */
export interface InstantSample extends Point {
  readonly labels: Readonly<Record<string, string>>;
}

/** Series with its points over time. */
export interface RangeSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly Point[];
}

/** Exemplars of one series. */
export interface ExemplarSeries {
  readonly seriesLabels: Readonly<Record<string, string>>;
  readonly exemplars: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
    /** Unix time in seconds. */
    readonly timestamp: number;
  }[];
}

/** Target as reported by the server. */
export interface ScrapedTarget {
  readonly job: string;
  /** URL of the scrape, with the path. */
  readonly url: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly health: 'up' | 'down' | 'unknown';
  /** Error of the last scrape; empty if it succeeded. */
  readonly lastError: string;
}

/** Metadata of a family. Targets may disagree, so a name can have several. */
export interface MetricMetadata {
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

/** Metadata of a family of one target. */
export interface TargetMetadata extends MetricMetadata {
  readonly metric: string;
  /** Labels of the target. */
  readonly target: Readonly<Record<string, string>>;
}

/** Options of {@link PrometheusApi.until}. */
export interface UntilOptions {
  /** Limit of the waiting time. Default: 20 seconds, enough for the first scrape of a new target. */
  readonly timeoutMs?: number;
}

type ApiPair = readonly [timestamp: number, value: string];
interface ApiHistogram {
  readonly count: string;
  readonly sum: string;
  readonly buckets?: readonly (readonly [rule: number, lower: string, upper: string, count: string])[];
}
type ApiHistogramPair = readonly [timestamp: number, histogram: ApiHistogram];
interface ApiSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: ApiPair;
  readonly histogram?: ApiHistogramPair;
  readonly values?: readonly ApiPair[];
  readonly histograms?: readonly ApiHistogramPair[];
}
type ApiQueryData =
  | { readonly resultType: 'vector' | 'matrix'; readonly result: readonly ApiSeries[] }
  | { readonly resultType: 'scalar' | 'string'; readonly result: ApiPair };
interface ApiExemplarSeries {
  readonly seriesLabels: Readonly<Record<string, string>>;
  readonly exemplars: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: string;
    readonly timestamp: number;
  }[];
}
interface ApiTargets {
  readonly activeTargets: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly scrapeUrl: string;
    readonly health: ScrapedTarget['health'];
    readonly lastError: string;
  }[];
}

const pollMs = 50;

/** Client of Prometheus's HTTP API, also for servers with the same API. All times are Unix seconds. */
export class PrometheusApi {
  /** URL of the server without a slash at the end. */
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** Evaluates an expression at one time, by default now. A scalar is one sample without labels. */
  async query(promql: string, options: { readonly time?: number } = {}): Promise<readonly InstantSample[]> {
    const data = await this.#post<ApiQueryData>('query', { query: promql, ...options });
    if (data.resultType === 'scalar') return [{ labels: {}, ...toPoint(data.result) }];
    if (data.resultType !== 'vector') {
      throw new TypeError(`Query "${promql}" must return a vector or a scalar; got a ${data.resultType}`);
    }
    return data.result.map(({ metric, value, histogram }) => ({
      labels: metric,
      ...(value ? toPoint(value) : toHistogramPoint(histogram!)),
    }));
  }

  /** Returns the stored samples of a range selector such as `jobs_total[1m]`, with their own timestamps. */
  async querySamples(selector: string, options: { readonly time?: number } = {}): Promise<readonly RangeSeries[]> {
    const data = await this.#post<ApiQueryData>('query', { query: selector, ...options });
    if (data.resultType !== 'matrix') {
      throw new TypeError(`Selector "${selector}" must return a range; got a ${data.resultType}`);
    }
    return data.result.map(toRangeSeries);
  }

  /** Evaluates an expression from `start` to `end`, every `step` seconds. */
  async queryRange(
    promql: string,
    range: { readonly start: number; readonly end: number; readonly step: number },
  ): Promise<readonly RangeSeries[]> {
    const data = await this.#post<ApiQueryData>('query_range', { query: promql, ...range });
    return (data.result as readonly ApiSeries[]).map(toRangeSeries);
  }

  /** Returns the exemplars of the series of an expression, by default of the last hour. */
  async queryExemplars(
    promql: string,
    range: { readonly start?: number; readonly end?: number } = {},
  ): Promise<readonly ExemplarSeries[]> {
    const end = range.end ?? Date.now() / 1000 + 60; // an exemplar has the clock time of its program
    const start = range.start ?? end - 3600;
    const data = await this.#post<readonly ApiExemplarSeries[]>('query_exemplars', { query: promql, start, end });
    return data.map(({ seriesLabels, exemplars }) => ({
      seriesLabels,
      exemplars: exemplars.map(({ labels, value, timestamp }) => ({
        labels,
        value: parsePrometheusNumber(value),
        timestamp,
      })),
    }));
  }

  /**
   * Repeats a query until its result satisfies `isDone`, and returns the result; without `isDone`, until there is a series.
   * Rejects with the last result and the targets after the timeout.
   */
  async until(
    promql: string,
    isDone: (samples: readonly InstantSample[]) => boolean = (samples) => samples.length > 0,
    { timeoutMs = 20_000 }: UntilOptions = {},
  ): Promise<readonly InstantSample[]> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const samples = await this.query(promql);
      if (isDone(samples)) return samples;
      if (Date.now() > deadline) {
        throw new Error(
          `Query "${promql}" must have the expected answer within ${timeoutMs} ms; got ${JSON.stringify(samples)} ` +
            `with ${await this.describeState()}`,
        );
      }
      await delay(pollMs);
    }
  }

  /** Returns the targets that the server scrapes now. */
  async targets(): Promise<readonly ScrapedTarget[]> {
    const { activeTargets } = await this.#get<ApiTargets>('targets?state=active');
    return activeTargets.map(({ labels, scrapeUrl, health, lastError }) => ({
      job: labels.job ?? '',
      url: scrapeUrl,
      labels,
      health,
      lastError,
    }));
  }

  /**
   * Returns the error of the last scrape of any target, or of any target of `job`; `undefined` if no scrape failed. If Prometheus
   * 2.42 quotes text that it could not parse, the quoted part can be garbage.
   */
  async lastScrapeError(job?: string): Promise<string | undefined> {
    const targets = await this.targets();
    return targets.find((target) => target.lastError !== '' && (job === undefined || target.job === job))?.lastError;
  }

  /** Returns type, help and unit of the scraped families by name; with `metric`, of one family. */
  async metadata(metric?: string): Promise<Readonly<Record<string, readonly MetricMetadata[]>>> {
    return this.#get(metric === undefined ? 'metadata' : `metadata?${new URLSearchParams({ metric })}`);
  }

  /** Returns type, help and unit of the families of each target. */
  async targetMetadata(): Promise<readonly TargetMetadata[]> {
    return this.#get('targets/metadata');
  }

  /** Describes the targets, for the error of a missing result. */
  protected async describeState(): Promise<string> {
    const targets = await this.targets();
    return [
      'targets:',
      ...targets.map(({ job, url, health, lastError }) => `  ${job} ${url} ${health} ${lastError}`),
    ].join('\n');
  }

  /** Returns the version reported by the server. */
  async buildVersion(): Promise<string> {
    return (await this.#get<{ readonly version: string }>('status/buildinfo')).version;
  }

  /** Returns the values of the server's command line flags, by flag. */
  async flags(): Promise<Readonly<Record<string, string>>> {
    return this.#get('status/flags');
  }

  #get<T>(endpoint: string): Promise<T> {
    return this.#call(endpoint, {});
  }

  #post<T>(endpoint: string, parameters: Readonly<Record<string, string | number | undefined>>): Promise<T> {
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters)) if (value !== undefined) body.set(name, String(value));
    return this.#call(endpoint, { method: 'POST', body });
  }

  async #call<T>(endpoint: string, init: RequestInit): Promise<T> {
    const subject = `${this.url}/api/v1/${endpoint}${init.body ? ` with ${init.body}` : ''}`;
    const response = await fetch(`${this.url}/api/v1/${endpoint}`, {
      ...init,
      signal: AbortSignal.timeout(10_000),
    }).catch((cause: unknown) => {
      throw new Error(`${subject} did not respond: ${String(cause)}`, { cause });
    });
    const text = await response.text();
    const answer = readAnswer<T>(text);
    if (answer?.status !== 'success') {
      throw new Error(`${subject} must succeed; got ${response.status} ${answer?.error ?? text}`);
    }
    return answer.data;
  }
}

type ApiAnswer<T> =
  | { readonly status: 'success'; readonly data: T }
  | { readonly status: 'error'; readonly error: string };

function readAnswer<T>(text: string): ApiAnswer<T> | undefined {
  try {
    return JSON.parse(text) as ApiAnswer<T>;
  } catch {
    return undefined; // a proxy's or a router's own page
  }
}

function toRangeSeries({ metric, values = [], histograms = [] }: ApiSeries): RangeSeries {
  const points = [...values.map(toPoint), ...histograms.map(toHistogramPoint)];
  return { labels: metric, points: points.sort((a, b) => a.timestamp - b.timestamp) };
}

function toPoint([timestamp, value]: ApiPair): Point {
  return { timestamp, value: parsePrometheusNumber(value) };
}

function toHistogramPoint([timestamp, { count, sum, buckets = [] }]: ApiHistogramPair): Point {
  return {
    timestamp,
    histogram: {
      count: parsePrometheusNumber(count),
      sum: parsePrometheusNumber(sum),
      buckets: buckets.map(([, lower, upper, inBucket]) => ({
        lower: parsePrometheusNumber(lower),
        upper: parsePrometheusNumber(upper),
        count: parsePrometheusNumber(inBucket),
      })),
    },
  };
}
