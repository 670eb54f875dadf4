import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { formatOpenMetrics, formatProtobuf, formatText } from '@promwright/exposition';
import { lint } from '@promwright/lint';
import { formatGoFloat, type Label, type MetricFamily, samples } from '@promwright/model';
import { ParseError, parse } from '@promwright/parser';
import { type DocumentVerdict, judgeDocuments } from '@tooling/servers';
import { beforeAll, describe, expect, test } from 'vitest';

/** Folder of pages of real programs, which are not part of this repository. */
const folder = process.env.PROMWRIGHT_PAGES ?? '';
const TEXT = 'text/plain; version=0.0.4';

const pages = readdirSync(folder).map((name) => {
  const body = readFileSync(path.join(folder, name));
  const isOpenMetrics = /(?:^|\n)# EOF\n?$/.test(body.subarray(-8).toString());
  return { name, body, contentType: isOpenMetrics ? 'application/openmetrics-text; version=1.0.0' : TEXT };
});

const writers: readonly [
  name: string,
  contentType: string,
  write: (families: MetricFamily[]) => string | Uint8Array,
][] = [
  ['text', 'text/plain; version=1.0.0', (families) => formatText(families, { version: '1.0.0' })],
  [
    'OpenMetrics 1.0',
    'application/openmetrics-text; version=1.0.0',
    (families) => formatOpenMetrics(families, { escaping: 'allow-utf-8' }),
  ],
  [
    'OpenMetrics 2.0',
    'application/openmetrics-text; version=2.0.0',
    (families) => formatOpenMetrics(families, { version: '2.0.0' }),
  ],
  [
    'protobuf',
    'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
    (families) => formatProtobuf(families, { escaping: 'allow-utf-8' }),
  ],
];

let verdicts: ReadonlyMap<string, DocumentVerdict>;
beforeAll(async () => {
  const judged = await judgeDocuments(pages, { promtool: ({ contentType }) => contentType === TEXT });
  verdicts = new Map(pages.map(({ name }, index) => [name, judged[index]!]));
}, 120_000);

describe.each(pages)('$name', ({ name, body, contentType }) => {
  test('is accepted or refused as by Prometheus’ server, and strictly as by promtool too', () => {
    const { prometheus, promtool } = verdicts.get(name)!;
    const isTaken = promtool === undefined || promtool.exitCode !== 1;

    expect(accepts(body, contentType)).toBe(prometheus.accepted);
    expect(accepts(body, contentType, { strict: true })).toBe(prometheus.accepted && isTaken);
  });

  test('has the problems of promtool', () => {
    const { promtool } = verdicts.get(name)!;
    if (promtool === undefined || promtool.exitCode === 1) return;

    const problems = lint(parse(body, contentType, { strict: true }));

    expect(problems.map(({ metric, text }) => `${metric} ${text}\n`).join('')).toBe(promtool.output);
  });

  test.each(writers)('has the same samples after writing and reading: %s', (_, writtenType, write) => {
    if (!accepts(body, contentType)) return;
    const families = parse(body, contentType);

    const read = parse(write(families), writtenType, { strict: true });

    expect(sorted(read)).toEqual(sorted(families));
  });
});

function accepts(body: Uint8Array, contentType: string, options = {}): boolean {
  try {
    parse(body, contentType, options);
    return true;
  } catch (error) {
    if (error instanceof ParseError) return false;
    throw error;
  }
}

/** Returns a label value as the server stores it: Prometheus 3 writes bounds and quantiles with a decimal point, as OpenMetrics does. */
function serverValue({ name, value }: Label): string {
  const isNumber = (name === 'le' || name === 'quantile') && value !== '' && !Number.isNaN(Number(value));
  return isNumber ? formatGoFloat(Number(value), true) : value;
}

function sorted(families: readonly MetricFamily[]): string[] {
  return families
    .flatMap((family) => [...samples(family)])
    .map(({ name, labels, value, timestampMs }) => {
      const pairs = labels
        .filter((label) => label.value !== '')
        .map((label) => `${label.name}=${JSON.stringify(serverValue(label))}`);
      return `${name}{${pairs.sort().join()}} ${value} ${timestampMs ?? ''}`;
    })
    .sort();
}
