import type { HistogramRow, Label, MetricFamily, ScalarRow, SummaryRow } from './metric-family.ts';
import { hasCount, hasNumber } from './read-row.ts';
import { rowsOf } from './rows.ts';

/** Number with its full name and labels: one line of the text format. */
export interface Sample {
  readonly name: string;
  readonly labels: readonly Label[];
  readonly value: number;
  /** Time of the observation, in milliseconds since the epoch, if the family has timestamps. */
  readonly timestampMs?: number;
}

/**
 * Yields the samples of a family, with the suffixes and labels of the text format: `_bucket` with a label `le`, `_sum`,
 * `_count`, and quantiles with a label `quantile`. Absent numbers yield no sample. Each sample is created on demand.
 */
export function* samples(family: MetricFamily): Generator<Sample, void, undefined> {
  const { layout } = family;
  let index = -1;
  for (const row of rowsOf(family)) {
    index++;
    const labels = Object.entries(row.labels).map(([name, value]) => ({ name, value }));
    const time = row.timestampMs === undefined ? {} : { timestampMs: row.timestampMs };
    const sample = (suffix: string, value: number, extra?: Label): Sample => ({
      name: family.name + suffix,
      labels: extra ? [...labels, extra] : labels,
      value,
      ...time,
    });
    switch (layout.kind) {
      case 'scalar':
        yield sample('', (row as ScalarRow).value);
        break;
      case 'classic': {
        const { buckets, sum, count } = row as HistogramRow;
        for (const bucket of buckets)
          yield sample('_bucket', bucket.count, { name: 'le', value: formatGoFloat(bucket.le) });
        if (sum !== undefined) yield sample('_sum', sum);
        // A row always has a count; a series may lack it.
        if (hasCount(family, layout, index)) yield sample('_count', count);
        break;
      }
      case 'quantile': {
        const { quantiles, sum, count } = row as SummaryRow;
        for (const { quantile, value } of quantiles) {
          yield sample('', value, { name: 'quantile', value: formatGoFloat(quantile) });
        }
        if (sum !== undefined) yield sample('_sum', sum);
        if (count !== undefined) yield sample('_count', count);
        break;
      }
      case 'state':
        for (const [i, state] of layout.states.entries()) {
          if (!hasNumber(family, index, i)) continue;
          yield sample('', family.values[index * layout.width + i]!, { name: family.name, value: state });
        }
    }
  }
}

/**
 * Formats a number like Go's `%g`: the form in which Prometheus compares the labels `le` and `quantile`, such as
 * `0.005`, `1e-05`, `1e+06` and `+Inf`.
 * @param decimalPoint true to add `.0` to a number without point and exponent: OpenMetrics' canonical form; default
 *   false
 */
export function formatGoFloat(value: number, decimalPoint = false): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  if (value === 0) return decimalPoint ? '0.0' : '0';
  const [mantissa = '', exponentText = ''] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 6) {
    const magnitude = Math.abs(exponent);
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${magnitude < 10 ? '0' : ''}${magnitude}`;
  }
  // Between these exponents JavaScript writes plain decimals too, with the same shortest digits.
  const plain = String(value);
  return decimalPoint && !plain.includes('.') ? `${plain}.0` : plain;
}
