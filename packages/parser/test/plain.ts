import type { MetricFamily } from '@promwright/model';
import type { PlainFamily } from './family-of.ts';

/** Returns a family in the form that tests compare: its rows, independent of columns. */
export function plain(family: MetricFamily): PlainFamily {
  const { name, type, help, unit } = family;
  return {
    name,
    type,
    ...(help !== undefined && { help }),
    ...(unit !== undefined && { unit }),
    rows: [...family.rows()].map(
      (row) =>
        withoutNegativeZero({
          ...row,
          labels: ownEntries(row.labels),
          ...('states' in row && { states: ownEntries(row.states) }),
        }) as typeof row,
    ),
  };
}

export function allPlain(families: readonly MetricFamily[]): PlainFamily[] {
  return families.map(plain);
}

/** Returns an object with a prototype and sorted keys, because families differ in neither. */
function ownEntries<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  const sorted = Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  const result = {};
  for (const [key, value] of sorted) {
    Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return result;
}

/** Replaces negative zero by zero, as writers do. */
function withoutNegativeZero(value: unknown): unknown {
  if (typeof value === 'number') return value + 0;
  if (Array.isArray(value)) return value.map(withoutNegativeZero);
  if (typeof value !== 'object' || value === null) return value;
  const result = {};
  for (const [key, part] of Object.entries(value)) {
    Object.defineProperty(result, key, {
      value: withoutNegativeZero(part),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return result;
}
