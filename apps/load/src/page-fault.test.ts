import { gzipSync } from 'node:zlib';
import { formatText } from '@promwright/exposition';
import { defaultRegistry } from '@promwright/metrics';
import { beforeAll, describe, expect, test } from 'vitest';
import { ChurningMetrics } from './churning-metrics.ts';
import { pageFault } from './page-fault.ts';

const pages: string[] = [];

beforeAll(() => {
  const metrics = new ChurningMetrics();
  for (let step = 0; step < 505; step++) {
    metrics.step();
    // Steps that append, remove and clear rows.
    if ([0, 399, 400, 419, 498, 499, 504].includes(step)) pages.push(formatText(defaultRegistry.gatherSync()));
  }
});

function faultOf(text: string, contentEncoding?: string): string | undefined {
  const body = contentEncoding === undefined ? Buffer.from(text) : gzipSync(text);
  return pageFault({ status: 200, contentType: 'text/plain; version=0.0.4', contentEncoding, body });
}

describe('pageFault', () => {
  test('finds no fault in a right page, compressed or not', () => {
    expect(pages.map((page) => faultOf(page))).toEqual(pages.map(() => undefined));
    expect(faultOf(pages[0]!, 'gzip')).toBeUndefined();
  });

  test.each<[fault: string, change: (page: string) => string, message: RegExp]>([
    ['a value that is no number', (page) => page.replace(/^load_row_sum .*/m, 'load_row_sum undefined'), /undefined/],
    ['a series that is missing', (page) => page.replace(/^load_rows\{.*\n/m, ''), /rows, and load_row_count/],
    [
      'a series that came later',
      (page) => page.replace(/^load_rows\{.*\n/m, '$&load_rows{row="x",group="1"} 0\n'),
      /rows/,
    ],
    ['a series twice', (page) => page.replace(/^load_large_total\{.*\n/m, '$&$&'), /series twice/],
    ['a number of another instant', (page) => page.replace(/^load_row_sum .*/m, 'load_row_sum 1e9'), /sum of the rows/],
    ['the end of the page', (page) => page.slice(0, 1_000_000), /./],
  ])('finds %s', (_, change, message) => {
    expect(faultOf(change(pages.at(-1)!))).toMatch(message);
  });

  test('finds a status other than 200', () => {
    const body = Buffer.from('busy');

    expect(pageFault({ status: 503, contentType: 'text/plain', contentEncoding: undefined, body })).toMatch(
      /503: busy/,
    );
  });
});
