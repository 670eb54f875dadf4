import { gunzipSync } from 'node:zlib';
import type { MetricFamily } from '@promwright/model';
import { parse } from '@promwright/parser';
import { LARGE_SERIES } from './churning-metrics.ts';

/** Complete response to a scrape. */
export interface Page {
  readonly status: number;
  readonly contentType: string;
  readonly contentEncoding: string | undefined;
  readonly body: Buffer;
}

/** Returns the fault of a page; `undefined` if it can be read strictly and is of one instant. */
export function pageFault({ status, contentType, contentEncoding, body }: Page): string | undefined {
  if (status !== 200) return `the status is ${status}: ${body.subarray(0, 200)}`;
  try {
    const families = parse(contentEncoding === 'gzip' ? gunzipSync(body) : body, contentType);
    return families.map(repeatedSeries).find((fault) => fault !== undefined) ?? differentInstants(families);
  } catch (error) {
    return (error as Error).message;
  }
}

function repeatedSeries({ name, size, labelIds, labelNames: { length } }: MetricFamily): string | undefined {
  const keys = new Set(
    Array.from({ length: size }, (_, row) => labelIds.subarray(row * length, (row + 1) * length).join()),
  );
  return keys.size === size ? undefined : `family "${name}" has ${size - keys.size} series twice`;
}

/** Compares the families of one step of the churning metrics. */
function differentInstants(families: readonly MetricFamily[]): string | undefined {
  const valuesOf = (name: string) => families.find((family) => family.name === name)?.values ?? new Float64Array(0);
  const rows = valuesOf('load_rows');
  const sum = rows.reduce((total, value) => total + value, 0);
  const [count] = valuesOf('load_row_count');
  const [announced] = valuesOf('load_row_sum');
  if (rows.length !== count) return `there are ${rows.length} rows, and load_row_count is ${count}`;
  if (sum !== announced) return `the sum of the rows is ${sum}, and load_row_sum is ${announced}`;
  const large = valuesOf('load_large_total').length;
  return large === LARGE_SERIES ? undefined : `there are ${large} large series instead of ${LARGE_SERIES}`;
}
