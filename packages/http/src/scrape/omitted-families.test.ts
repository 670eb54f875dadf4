import { formatText } from '@promwright/exposition';
import { familyFromRows } from '@promwright/model';
import { describe, expect, test, vi } from 'vitest';
import { OmittedFamilies } from './omitted-families.ts';

const named = (name: string) => familyFromRows({ name, type: 'gauge', rows: [{ value: 1 }] });

describe('OmittedFamilies', () => {
  test('warns once for each family, and shows the counts', () => {
    const warn = vi.fn();
    const omitted = new OmittedFamilies(warn);

    omitted.count(named('a'), 'too odd');
    omitted.count(named('a'), 'too odd');

    expect(warn.mock.calls).toEqual([['Metric "a" was omitted from a scrape: too odd']]);
    expect(formatText(omitted.addTo([named('b')], []))).toContain('promwright_omitted_families_total{metric="a"} 2\n');
  });

  test('adds nothing before the first family, for other names, and beside a family of the same name', () => {
    const omitted = new OmittedFamilies(() => undefined);
    const page = [named('b')];
    const merged = [named('promwright_omitted_families_total')];

    const before = omitted.addTo(page, []);
    omitted.count(named('a'), 'too odd');

    expect(before).toBe(page);
    expect(omitted.addTo(page, ['b'])).toBe(page);
    expect(omitted.addTo(page, ['promwright_omitted_families_total'])).toHaveLength(2);
    expect(omitted.addTo(merged, [])).toBe(merged);
  });

  test('counts families above the limit together', () => {
    const warn = vi.fn();
    const omitted = new OmittedFamilies(warn);

    for (let i = 0; i < 200; i++) omitted.count(named(`a_${i}`), 'too odd');

    const [counts] = omitted.addTo([], []);
    expect(counts!.size).toBe(101);
    expect(warn).toHaveBeenCalledTimes(101);
  });
});
