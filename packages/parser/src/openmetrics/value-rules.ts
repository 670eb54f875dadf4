import type { MetricType } from '@promwright/model';
import type { SampleRole } from '../text/sample-role.ts';

/** Returns the description of the number that a sample needs, for an error; undefined if the number is right. */
export function brokenValueRule(type: MetricType, role: SampleRole, value: number): string | undefined {
  switch (role) {
    case 'value':
      switch (type) {
        case 'counter':
          return value >= 0 ? undefined : 'a count, neither negative nor NaN';
        case 'info':
          return value === 1 ? undefined : '1, the value of every info';
        case 'stateset':
          return value === 0 || value === 1 ? undefined : '0 or 1';
        case 'summary':
          return value < 0 ? 'a non-negative value of a quantile' : undefined;
        default:
          return undefined;
      }
    case 'bucket':
    case 'count':
      return Number.isInteger(value) && value >= 0 ? undefined : 'a non-negative integer';
    case 'sum':
      if (type === 'gaugehistogram') return Number.isNaN(value) ? 'a sum, not NaN' : undefined;
      return value >= 0 ? undefined : 'a sum, neither negative nor NaN';
    case 'created':
      return Number.isFinite(value) ? undefined : 'a time in seconds';
  }
}
