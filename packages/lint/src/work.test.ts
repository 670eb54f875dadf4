import { createFamily, type MetricFamily } from '@promwright/model';
import { describe, expect, test } from 'vitest';
import { readText } from '../test/read-text.ts';
import { lint } from './lint.ts';

const N = 500;
/** Limit for four times the input: four, plus a margin. Quadratic work would be near 16. */
const LINEAR = 5;

/** Returns how often all rules read properties of families, and elements of their columns. */
function reads(families: readonly MetricFamily[]): number {
  let count = 0;
  const counted = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (_, key) => {
        count++;
        const value: unknown = Reflect.get(target, key);
        const isColumn = value instanceof Float64Array || value instanceof Int32Array || Array.isArray(value);
        if (typeof value === 'function') return value.bind(target);
        return isColumn ? counted(value) : value;
      },
    });
  lint(families.map(counted), { strict: true });
  return count;
}

const prefix = 'a_long_common_prefix_'.repeat(20);

describe('work of all rules', () => {
  test.each<[string, (n: number) => string]>([
    ['families', (n) => Array.from({ length: n }, (_, i) => `m${i} 1\n`).join('')],
    [
      'families with a long common prefix',
      (n) => Array.from({ length: n }, (_, i) => `${prefix}${i}_seconds 1\n`).join(''),
    ],
    [
      'families whose samples clash',
      (n) =>
        Array.from(
          { length: n },
          (_, i) => `# TYPE m${i >> 1}${i % 2 ? '_count' : ''} ${i % 2 ? 'gauge' : 'summary'}\n`,
        ).join('') + Array.from({ length: n }, (_, i) => `m${i >> 1}_count 1\n`).join(''),
    ],
    ['series of one family', (n) => Array.from({ length: n }, (_, i) => `m{a="${i}",b="${prefix}${i}"} 1\n`).join('')],
    ['equal series', (n) => 'm{aB=""} 1\n'.repeat(n)],
    [
      'histograms',
      (n) => `# TYPE m histogram\n${Array.from({ length: n }, (_, i) => `m_bucket{a="${i}",le="1"} 1\n`).join('')}`,
    ],
  ])('grows no faster than the page: %s', (_, page) => {
    const families = (n: number) => readText(page(n));

    expect(reads(families(4 * N)) / reads(families(N))).toBeLessThan(LINEAR);
  });

  test('reports no more problems than the page has families: names that are equal after escaping', () => {
    const [one] = readText('m 1\n');
    const families = Array.from({ length: N }, (_, i) =>
      createFamily({ ...one!, name: `m${i.toString(2).padStart(10, '0').replaceAll('0', '.').replaceAll('1', '+')}` }),
    );

    const problems = lint(families, { rules: { 'clashing-names': true } });

    expect(problems.filter(({ rule }) => rule === 'clashing-names')).toHaveLength(N - 1);
  });

  test('grows no faster than the page: families of one name', () => {
    const families = (n: number) =>
      Array.from({ length: n }, () => readText('# TYPE m_seconds summary\nm_seconds_count 1\n')[0]!);

    expect(reads(families(4 * N)) / reads(families(N))).toBeLessThan(LINEAR);
  });
});
