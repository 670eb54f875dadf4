import { escapeName } from './escape-name.ts';
import type { MetricType } from './metric-family.ts';

/**
 * Returns all names of a family and of its samples, in all formats. Two families of one registry must have no name in
 * common: otherwise a scrape contains two families of one name, or a series twice (OpenMetrics 1.0, "MetricFamily").
 * Names outside the classic character set are escaped, as for a client that does not support them: `a.b` reserves `a_b`.
 */
export function reservedNames(family: string, type: MetricType): readonly string[] {
  const name = escapeName(family, 'underscores');
  switch (type) {
    case 'counter':
      // In OpenMetrics 1.0, the family of `x_total` is named `x`; a counter without the suffix has the type unknown.
      if (!name.endsWith('_total')) return [name];
      return [name, name.slice(0, -'_total'.length), `${name.slice(0, -'_total'.length)}_created`];
    case 'histogram':
      return [name, `${name}_bucket`, `${name}_count`, `${name}_sum`, `${name}_created`];
    case 'gaugehistogram':
      return [name, `${name}_bucket`, `${name}_gcount`, `${name}_gsum`, `${name}_count`, `${name}_sum`];
    case 'summary':
      return [name, `${name}_count`, `${name}_sum`, `${name}_created`];
    case 'info':
      return name.endsWith('_info') ? [name, name.slice(0, -'_info'.length)] : [name];
    case 'gauge':
    case 'stateset':
    case 'unknown':
      return [name];
  }
}
