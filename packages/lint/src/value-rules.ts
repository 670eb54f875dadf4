import type { MetricFamily } from '@promwright/model';

export function* infoValue(family: MetricFamily): Iterable<string> {
  const { name, type } = family;
  // In text 0.0.4, an info is a gauge or has no type.
  const isInfo = type === 'info' || (name.endsWith('_info') && (type === 'gauge' || type === 'unknown'));
  if (isInfo && someValue(family, (value) => value !== 1)) yield 'info metrics should have the value 1';
}

export function* counterValue(family: MetricFamily): Iterable<string> {
  if (family.type === 'counter' && someValue(family, (value) => !(value >= 0))) {
    yield 'counters should not be negative or NaN';
  }
}

export function* timestamps({ timestampMs }: MetricFamily): Iterable<string> {
  if (timestampMs?.some((time) => !Number.isNaN(time))) {
    yield 'samples should not have timestamps';
  }
}

function someValue({ layout, size, values }: MetricFamily, passes: (value: number) => boolean): boolean {
  if (layout.kind !== 'scalar') return false;
  for (let row = 0; row < size; row++) if (passes(values[row * layout.width]!)) return true;
  return false;
}
