import { type MetricFamily, samples } from '@promwright/model';

/** Sample in the form that tests compare. */
export interface PlainSample {
  /** Name and labels without empty ones; the labels `le` and `quantile` in one form for each number. */
  readonly series: string;
  readonly value: string;
  readonly timestampMs?: number;
}

/** Returns the samples of families, in the order of the families. */
export function samplesOf(families: readonly MetricFamily[]): PlainSample[] {
  return families.flatMap((family) =>
    [...samples(family)].map(({ name, labels, value, timestampMs }) => ({
      series: seriesOf(name, Object.fromEntries(labels.map((label) => [label.name, label.value]))),
      value: String(value),
      ...(timestampMs !== undefined && { timestampMs }),
    })),
  );
}

export function seriesOf(name: string, labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels)
    .filter(([, value]) => value !== '')
    .map(([label, value]) => [label, label === 'le' || label === 'quantile' ? oneForm(value) : value])
    .sort();
  return JSON.stringify([name, pairs]);
}

/** Prometheus' server writes the numbers of these labels in one form. */
function oneForm(value: string): string {
  if (/^[+-]?inf(?:inity)?$/i.test(value)) return value.startsWith('-') ? '-Inf' : '+Inf';
  const number = value === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? String(number) : value;
}
