import { type MetricFamily, NO_NATIVE } from '@promwright/model';
import { type DocumentVerdict, judgeDocuments, type StoredSample } from '@tooling/servers';
import { beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../test/random.ts';
import { wildFamilies } from '../test/wild-families.ts';
import {
  checkWritten,
  ifWellFormed,
  nativeKeys,
  sampleKeys,
  storedKey,
  storedTotal,
  WRITTEN_FORMATS,
  type WrittenFormat,
} from '../test/written-samples.ts';

// The same pages in every run, unless the environment sets another value.
const SEED = Number(process.env.PROPERTY_SEED ?? 0);
/** Number of pages by format. Prometheus cannot read OpenMetrics 2.0. */
const PAGES: Readonly<Record<string, number>> = {
  'text 0.0.4, underscores': 130,
  'text 1.0.0, allow-utf-8': 100,
  'OpenMetrics 1.0.0, underscores': 200,
  'OpenMetrics 1.0.0, allow-utf-8, created': 60,
  'OpenMetrics 1.0.0, values': 40,
  'protobuf, underscores': 120,
};

interface JudgedPage {
  readonly seed: number;
  readonly format: WrittenFormat;
  readonly families: readonly MetricFamily[];
  readonly omitted: ReadonlyMap<MetricFamily, string>;
  readonly body: string | Uint8Array;
  readonly verdict: DocumentVerdict;
}

let pages: readonly JudgedPage[];

beforeAll(async () => {
  // Prometheus stores samples of the last hour.
  const timeMs = Math.floor(Date.now() / 1000) * 1000 - 60_000;
  const written = WRITTEN_FORMATS.flatMap((format, i) =>
    Array.from({ length: PAGES[format.name] ?? 0 }, (_, run) => {
      const seed = SEED * 1_000_003 + run * WRITTEN_FORMATS.length + i;
      const families = wildFamilies(new Random(seed), timeMs);
      const { page, omitted } = checkWritten(families, format);
      return { seed, format, families, omitted, body: page };
    }),
  );
  const verdicts = await judgeDocuments(
    written.map(({ body, format: { contentType } }) => ({ body, contentType })),
    {
      promtool: ({ contentType }) => contentType.includes('0.0.4'),
      // The library refuses quoted names.
      clientPython: ({ contentType }) => /openmetrics.*escaping=(?:underscores|values)/.test(contentType),
    },
  );
  pages = written.map((page, i) => ({ ...page, verdict: verdicts[i]! }));
}, 300_000);

describe('pages of the writers', () => {
  test('are at least 500', () => {
    expect(pages.length).toBeGreaterThanOrEqual(500);
  });

  test('are accepted by Prometheus, and stored as the same samples', () => {
    expect(
      pages.flatMap(({ seed, format, body, verdict: { prometheus }, ...page }) => {
        // A server refuses times long ago, however a page writes them.
        if (prometheus.error === 'too old sample') return [];
        const found = prometheus.accepted ? differences({ format, ...page }, prometheus.samples) : [prometheus.error];
        return found.length === 0 ? [] : [{ seed, format: format.name, found, body: String(body) }];
      }),
    ).toEqual([]);
  });

  test('are read by client_python as OpenMetrics', () => {
    expect(
      pages.flatMap(({ seed, verdict: { clientPython }, body }) =>
        clientPython === undefined || clientPython.ok || isFaultOfLibrary(clientPython.error, String(body))
          ? []
          : [{ seed, error: clientPython.error, body }],
      ),
    ).toEqual([]);
  });

  test('are parsed by promtool as text', () => {
    // Promtool refuses repeated series, which a server accepts, with the same exit code as text that it cannot parse.
    expect(
      pages.flatMap(({ seed, verdict: { promtool }, body }) =>
        promtool === undefined || !promtool.output.includes('error while') ? [] : [{ seed, ...promtool, body }],
      ),
    ).toEqual([]);
  });
});

/** The library compares fractions of the first second in the wrong order, and stumbles over braces in exemplars. */
function isFaultOfLibrary(error: string, page: string): boolean {
  return (error.includes('went backwards') && / -?0\.\d/.test(page)) || error.includes('Invalid line: # {');
}

/** Returns how the stored samples differ from those of the families. */
function differences(
  { families, format, omitted }: Pick<JudgedPage, 'families' | 'format' | 'omitted'>,
  stored: readonly StoredSample[],
): string[] {
  const isProtobuf = format.name.startsWith('protobuf');
  const allowed = new Set<string>();
  const demanded = new Set<string>();
  const natives = new Set<string>();
  for (const family of families) {
    for (const { total } of ifWellFormed(() => nativeKeys(family, format))) natives.add(total);
    for (const key of ifWellFormed(() => sampleKeys(family, format))) {
      const [name, labels, value, time] = JSON.parse(key) as [string, unknown, string, string | null];
      const isOld = time !== null && Math.abs(Number(time) - Date.now()) > 600_000;
      // A server takes the time 0 of protobuf for none, and drops the samples of other times long ago.
      const storedTime = isProtobuf && Number(time) === 0 ? null : time;
      allowed.add(JSON.stringify([name, labels, value, storedTime]));
      const isStoredApart = isProtobuf && family.native?.schemas.some((schema) => schema !== NO_NATIVE);
      if (!omitted.has(family) && !isOld && !isStoredApart) demanded.add(JSON.stringify([name, labels]));
    }
  }
  const differing: string[] = [];
  for (const sample of stored) {
    if (sample.value === undefined) {
      const { count, sum } = sample.histogram!;
      const key = storedTotal(sample.labels, count, sum);
      if (!natives.has(key)) differing.push(`invents ${key}`);
      continue;
    }
    const key = storedKey(sample.labels, sample.value, sample.timestamp);
    const [name, labels] = JSON.parse(key) as [string, unknown];
    demanded.delete(JSON.stringify([name, labels]));
    if (!allowed.has(key) && !name.endsWith('_created')) differing.push(`invents ${key}`);
  }
  return [...differing, ...[...demanded].map((key) => `lacks ${key}`)];
}
