import type { MetricFamily } from '@promwright/model';
import type { PlainFamily } from './family-of.ts';

/** A family in the form in which tests compare it: what it says, and not in which columns. */
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

/** An object with a prototype, and with its keys in order, because neither is what families are about. */
function ownEntries<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  const sorted = Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  const result = {};
  for (const [key, value] of sorted) {
    Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return result;
}

/** Writers show negative zero as zero. */
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
