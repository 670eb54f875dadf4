import { formatOpenMetrics, formatProtobuf, formatText } from '@promwright/exposition';
import {
  type EscapingScheme,
  escapeName,
  type HistogramRow,
  isClassicLabelName,
  type MetricFamily,
  samples,
} from '@promwright/model';
import { parseOpenMetrics } from '../src/openmetrics/parse-open-metrics.ts';
import { parseProtobuf } from '../src/protobuf/parse-protobuf.ts';
import { parseText } from '../src/text/parse-text.ts';

type OnOmitted = (family: MetricFamily, reason: string) => void;

/** Writer with the strict reader of its format. */
export interface WrittenFormat {
  readonly name: string;
  readonly contentType: string;
  readonly escaping: EscapingScheme;
  /** True if timestamps are whole milliseconds. */
  readonly wholeMs: boolean;
  write(families: readonly MetricFamily[], onOmitted: OnOmitted): string | Uint8Array;
  read(page: string | Uint8Array): MetricFamily[];
}

function text(version: '0.0.4' | '1.0.0', escaping: EscapingScheme): WrittenFormat {
  return {
    name: `text ${version}, ${escaping}`,
    contentType: `text/plain; version=${version}; charset=utf-8; escaping=${escaping}`,
    escaping,
    wholeMs: true,
    write: (families, onOmitted) => formatText(families, { version, escaping, onOmitted }),
    read: (page) => parseText(page as string, { strict: true }),
  };
}

function openMetrics(version: '1.0.0' | '2.0.0', escaping: EscapingScheme, created = false): WrittenFormat {
  return {
    name: `OpenMetrics ${version}, ${escaping}${created ? ', created' : ''}`,
    contentType: `application/openmetrics-text; version=${version}; charset=utf-8; escaping=${escaping}`,
    escaping,
    wholeMs: false,
    write: (families, onOmitted) => formatOpenMetrics(families, { version, escaping, created, onOmitted }),
    read: (page) => parseOpenMetrics(page as string, { version, strict: true }),
  };
}

function protobuf(escaping: EscapingScheme): WrittenFormat {
  return {
    name: `protobuf, ${escaping}`,
    contentType: 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
    escaping,
    wholeMs: true,
    write: (families, onOmitted) => formatProtobuf(families, { escaping, onOmitted }),
    read: (page) => parseProtobuf(page as Uint8Array),
  };
}

/** Every format, under several escaping schemes. */
export const WRITTEN_FORMATS: readonly WrittenFormat[] = [
  text('0.0.4', 'underscores'),
  text('1.0.0', 'allow-utf-8'),
  openMetrics('1.0.0', 'underscores'),
  openMetrics('1.0.0', 'allow-utf-8', true),
  openMetrics('1.0.0', 'values'),
  openMetrics('2.0.0', 'allow-utf-8'),
  openMetrics('2.0.0', 'dots'),
  protobuf('underscores'),
];

/** Returns the samples of a family as strings to compare, with the names as a format writes them. */
export function sampleKeys(family: MetricFamily, { escaping, wholeMs }: WrittenFormat): string[] {
  const name = escapeUnlessClassic(family.name, escaping);
  return [...samples(family)].map((sample) => {
    const labels = sample.labels.map((label): [string, string] => [labelName(label.name, escaping), label.value]);
    return keyOf(name + sample.name.slice(family.name.length), labels, sample.value, time(sample.timestampMs, wholeMs));
  });
}

/** Native histogram of a family, to compare with another one. */
export interface NativeKey {
  /** Name, labels, count and sum. */
  readonly total: string;
  /** Everything. */
  readonly whole: string;
}

/** Returns the native histograms of a family, with the names as a format writes them. */
export function nativeKeys(family: MetricFamily, { escaping }: WrittenFormat): NativeKey[] {
  if (family.native === undefined) return [];
  const name = escapeUnlessClassic(family.name, escaping);
  return [...(family.rows() as Iterable<HistogramRow>)].flatMap(({ labels, native, count, sum = Number.NaN }) => {
    if (native === undefined) return [];
    const pairs = Object.entries(labels).map(([label, value]): [string, string] => [labelName(label, escaping), value]);
    const total = totalKey(name, pairs, count, sum);
    // Readers omit empty buckets.
    const sides = [native.positive, native.negative].map((side) => side.filter((bucket) => bucket.count !== 0));
    return [{ total, whole: JSON.stringify([total, native.schema, native.zeroThreshold, native.zeroCount, sides]) }];
  });
}

/** Returns `NativeKey.total` of a native histogram that Prometheus stored. */
export function storedTotal(labels: Readonly<Record<string, string>>, count: number, sum: number): string {
  const { __name__, ...others } = labels;
  return totalKey(__name__!, Object.entries(others), count, sum);
}

function totalKey(name: string, labels: readonly [string, string][], count: number, sum: number): string {
  return JSON.stringify([keyOf(name, labels, count, null), String(sum + 0)]);
}

/** Returns the string for a sample that Prometheus stored. */
export function storedKey(labels: Readonly<Record<string, string>>, value: number, seconds?: number): string {
  const { __name__, ...others } = labels;
  return keyOf(
    __name__!,
    Object.entries(others),
    value,
    time(seconds === undefined ? undefined : seconds * 1000, true),
  );
}

function keyOf(name: string, labels: readonly [string, string][], value: number, timestamp: string | null): string {
  const pairs = labels
    .filter(([, labelValue]) => labelValue !== '')
    .map(([label, labelValue]) => [label, partValue(label, labelValue)])
    .sort(([a], [b]) => (a! < b! ? -1 : 1));
  // OpenMetrics names the sum and count of a gauge histogram in another way.
  return JSON.stringify([name.replace(/_g(sum|count)$/, '_$1'), pairs, String(value + 0), timestamp]);
}

function escapeUnlessClassic(name: string, escaping: EscapingScheme): string {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name) ? name : escapeName(name, escaping);
}

function labelName(name: string, escaping: EscapingScheme): string {
  if (escaping === 'allow-utf-8' || isClassicLabelName(name)) return name;
  return escapeName(name, escaping).replaceAll(':', '_');
}

/** Returns a bound in one form of several: formats write `1` or `1.0`. */
function partValue(name: string, value: string): string {
  return (name === 'le' || name === 'quantile') && /^[\d.e+-]+$/.test(value) ? String(Number(value)) : value;
}

/** Returns a timestamp as precisely as a format has it: whole milliseconds, or seconds as a double. */
function time(ms: number | undefined, wholeMs: boolean): string | null {
  if (ms === undefined) return null;
  return ((wholeMs ? Math.round(ms) : ms) + 0).toPrecision(15);
}

/** Page of families in a format, and the families that the writer reported as omitted. */
export interface WrittenPage {
  readonly page: string | Uint8Array;
  readonly omitted: ReadonlyMap<MetricFamily, string>;
}

/** Writes families and checks that the strict reader of the format reads the same samples from the page. */
export function checkWritten(families: readonly MetricFamily[], format: WrittenFormat): WrittenPage {
  const omitted = new Map<MetricFamily, string>();
  const page = format.write(families, (family, reason) => omitted.set(family, reason));
  const readFamilies = format.read(page);
  const natives = new Set(families.flatMap((family) => ifWellFormed(() => nativeKeys(family, format))).map(whole));
  for (const key of readFamilies.flatMap((family) => nativeKeys(family, format)).map(whole)) {
    if (!natives.has(key)) throw new Error(`${format.name} invents ${key}\n${pageText(page)}`);
  }
  const read = new Set(readFamilies.flatMap((family) => sampleKeys(family, format)));
  const allowed = new Set<string>();
  for (const family of families) {
    if (omitted.has(family)) {
      // Parts of an omitted family may be on the page. A malformed family has no samples to compare.
      for (const key of ifWellFormed(() => sampleKeys(family, format))) allowed.add(key);
      continue;
    }
    for (const key of sampleKeys(family, format)) {
      allowed.add(key);
      if (!read.has(key)) throw new Error(`${format.name} lacks ${key}\n${pageText(page)}`);
    }
  }
  for (const key of read) if (!allowed.has(key)) throw new Error(`${format.name} invents ${key}\n${pageText(page)}`);
  return { page, omitted };
}

function whole(key: NativeKey): string {
  return key.whole;
}

/** Returns the keys of a family; none if it is malformed. */
export function ifWellFormed<T>(keys: () => T[]): T[] {
  try {
    return keys();
  } catch {
    return [];
  }
}

function pageText(page: string | Uint8Array): string {
  return typeof page === 'string' ? page : `bytes ${[...page]}`;
}
