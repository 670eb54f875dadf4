import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type OpenMetricsResult, parseAllOpenMetricsStrictly } from './openmetrics-parser.ts';
import { type PrometheusServer, startPrometheus } from './prometheus.ts';
import type { MetricMetadata, NativeHistogram, RangeSeries } from './prometheus-api.ts';
import { type PromtoolResult, promtoolCheckMetrics } from './promtool.ts';

/** Metrics page as a server sends it. */
export interface WireDocument {
  readonly body: string | Uint8Array;
  readonly contentType: string;
}

/** Options of {@link judgeDocuments}. */
export interface JudgeOptions {
  /** Returns true for the documents that promtool checks: one process each, about 30 ms. Default: none. */
  readonly promtool?: (document: WireDocument) => boolean;
  /** Returns true for the documents that Prometheus's Python library reads as OpenMetrics. Default: none. */
  readonly clientPython?: (document: WireDocument) => boolean;
}

/** Sample of a document as stored by Prometheus. */
export interface StoredSample {
  /** Labels of the series with the name as `__name__`, without the labels of the target. */
  readonly labels: Readonly<Record<string, string>>;
  /** Absent for a native histogram. */
  readonly value?: number;
  readonly histogram?: NativeHistogram;
  /** Timestamp in the document, in seconds. Absent for a sample that has the time of the scrape. */
  readonly timestamp?: number;
}

/** Result of a scrape of a document by Prometheus 3. */
export interface ScrapeVerdict {
  readonly accepted: boolean;
  /** Error of the scrape; empty if accepted. */
  readonly error: string;
  /**
   * Stored samples, in any order. Prometheus stores the first of repeated samples of a series, and no sample whose timestamp is older than
   * its series' newest one or than an hour, or more than ten minutes in the future.
   */
  readonly samples: readonly StoredSample[];
  /** Type, help and unit by the name of the family. */
  readonly metadata: Readonly<Record<string, MetricMetadata>>;
}

/** Verdicts of the judges of one document. */
export interface DocumentVerdict {
  readonly prometheus: ScrapeVerdict;
  /** Undefined if not asked for. */
  readonly promtool?: PromtoolResult;
  /** Undefined if not asked for. */
  readonly clientPython?: OpenMetricsResult;
}

/**
 * Lets one Prometheus 3 scrape all documents, each as a separate target, and returns its verdicts with the stored samples in the
 * order of the documents; by option also the verdicts of promtool and of Prometheus's Python library. Takes about seven
 * seconds for 500 documents.
 */
export async function judgeDocuments(
  documents: readonly WireDocument[],
  { promtool = none, clientPython = none }: JudgeOptions = {},
): Promise<readonly DocumentVerdict[]> {
  const [scrapes, checks, readings] = await Promise.all([
    scrapeDocuments(documents),
    checkDocuments(documents.map((document) => (promtool(document) ? document.body : undefined))),
    readDocuments(documents.map((document) => (clientPython(document) ? document.body : undefined))),
  ]);
  return scrapes.map((prometheus, index) => {
    const check = checks[index];
    const reading = readings[index];
    return { prometheus, ...(check && { promtool: check }), ...(reading && { clientPython: reading }) };
  });
}

function none(): boolean {
  return false;
}

/** Label of the target that holds the number of a document. */
const documentLabel = 'judged_document';
const jobName = 'judged-documents';

async function scrapeDocuments(documents: readonly WireDocument[]): Promise<ScrapeVerdict[]> {
  if (documents.length === 0) return [];
  const pages = createServer((request, response) => {
    const { body, contentType } = documents[Number(request.url!.slice(1))]!;
    response.writeHead(200, { 'content-type': contentType }).end(body);
  });
  await new Promise<void>((resolve) => void pages.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = pages.address() as AddressInfo;
    const intervalMs = 1000 * Math.ceil(documents.length / SCRAPES_PER_SECOND);
    const prometheus = await startPrometheus({
      version: '3',
      scrapeIntervalMs: intervalMs,
      // Without zeros at start times, which are samples that the document does not have.
      features: ['exemplar-storage', 'native-histograms'],
      extraScrapeConfig: { always_scrape_classic_histograms: true },
      targets: documents.map((_, index) => ({
        address: `127.0.0.1:${port}`,
        job: jobName,
        metricsPath: `/${index}`,
        honorLabels: true,
        labels: { [documentLabel]: String(index), instance: `document-${index}` },
      })),
    });
    try {
      await untilAllScraped(prometheus, documents.length, 20_000 + 3 * intervalMs);
      return await verdictsOf(prometheus, documents.length);
    } finally {
      await prometheus.stop();
    }
  } finally {
    pages.closeAllConnections();
    await new Promise<void>((resolve) => void pages.close(() => resolve()));
  }
}

/** Prometheus spreads the scrapes of its targets over the interval. */
const SCRAPES_PER_SECOND = 250;

async function untilAllScraped(prometheus: PrometheusServer, count: number, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    // Written together with the samples of the document, also after a failed scrape.
    const [sample] = await prometheus.query(
      `count(count by (${documentLabel}) (scrape_series_added{job="${jobName}"}))`,
    );
    const scraped = sample?.value ?? 0;
    if (scraped === count) return;
    if (Date.now() > deadline) {
      throw new Error(
        `Prometheus must scrape ${count} documents within ${timeoutMs} ms; got ${scraped}\n${prometheus.log()}`,
      );
    }
    await delay(200);
  }
}

async function verdictsOf(prometheus: PrometheusServer, count: number): Promise<ScrapeVerdict[]> {
  const [targets, series, metadata] = await Promise.all([
    prometheus.targets(),
    prometheus.querySamples(`{${documentLabel}!=""}[2h]`, { time: Date.now() / 1000 + 600 }),
    prometheus.targetMetadata(),
  ]);
  const verdicts = Array.from({ length: count }, () => ({
    accepted: false,
    error: '',
    samples: [] as StoredSample[],
    metadata: {} as Record<string, MetricMetadata>,
  }));
  for (const { labels, health, lastError } of targets) {
    const verdict = verdicts[Number(labels[documentLabel])]!;
    verdict.accepted = health === 'up';
    verdict.error = lastError;
  }
  for (const { target, metric, type, help, unit } of metadata) {
    verdicts[Number(target[documentLabel])]!.metadata[metric] = { type, help, unit };
  }
  const seriesOfDocuments = verdicts.map((): RangeSeries[] => []);
  for (const one of series) seriesOfDocuments[Number(one.labels[documentLabel])]!.push(one);
  for (const [index, verdict] of verdicts.entries()) verdict.samples = samplesOf(index, seriesOfDocuments[index]!);
  return verdicts;
}

/** Series that Prometheus adds to every target. A document's samples of these names are lost, unless they have labels. */
const ownNames = new Set([
  'up',
  'scrape_duration_seconds',
  'scrape_samples_scraped',
  'scrape_samples_post_metric_relabeling',
  'scrape_series_added',
]);

function samplesOf(index: number, series: readonly RangeSeries[]): StoredSample[] {
  const isOwn = ({ labels: { __name__, ...labels } }: RangeSeries) =>
    ownNames.has(__name__!) && Object.keys(withoutTargetLabels(labels, index)).length === 0;
  // All samples without a timestamp have the time of the scrape, as have the series of Prometheus.
  const scrapeTimes = new Set(series.filter(isOwn).flatMap(({ points }) => points.map(({ timestamp }) => timestamp)));
  return series
    .filter((one) => !isOwn(one))
    .flatMap(({ labels, points }) => {
      const documentLabels = withoutTargetLabels(labels, index);
      const scraped = points.find(({ timestamp }) => scrapeTimes.has(timestamp));
      const timed = points.filter(({ timestamp }) => !scrapeTimes.has(timestamp));
      return [
        ...timed.map((point) => ({ labels: documentLabels, ...point })),
        ...(scraped ? [withoutTimestamp({ labels: documentLabels, ...scraped })] : []),
      ];
    });
}

function withoutTimestamp({ timestamp: _, ...sample }: StoredSample): StoredSample {
  return sample;
}

function withoutTargetLabels(labels: Readonly<Record<string, string>>, index: number): Record<string, string> {
  const ofTarget = { [documentLabel]: String(index), job: jobName, instance: `document-${index}` };
  return Object.fromEntries(
    Object.entries(labels).filter(([name, value]) => ofTarget[name as keyof typeof ofTarget] !== value),
  );
}

/** Checks documents with promtool, two at a time. */
async function checkDocuments(
  bodies: readonly (string | Uint8Array | undefined)[],
): Promise<(PromtoolResult | undefined)[]> {
  const results = new Array<PromtoolResult | undefined>(bodies.length);
  const rest = bodies.entries();
  const work = async () => {
    for (const [index, body] of rest) {
      if (body !== undefined) results[index] = await promtoolCheckMetrics(body, '3');
    }
  };
  await Promise.all([work(), work()]);
  return results;
}

async function readDocuments(
  bodies: readonly (string | Uint8Array | undefined)[],
): Promise<(OpenMetricsResult | undefined)[]> {
  const chosen = bodies.filter((body) => body !== undefined);
  if (chosen.length === 0) return [];
  const results = (await parseAllOpenMetricsStrictly(chosen)).values();
  return bodies.map((body) => (body === undefined ? undefined : results.next().value));
}
