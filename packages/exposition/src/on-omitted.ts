import { type MetricFamily, optionTypeError } from '@promwright/model';

/**
 * Function that learns of a family which a page omits.
 * @param reason rule of the format that the family breaks, for people; no full stop
 */
export type OnOmitted = (family: MetricFamily, reason: string) => void;

/**
 * Checks the option `onOmitted`.
 * @throws TypeError with code `INVALID_OPTION`
 */
export function checkOnOmitted(value: unknown): void {
  if (value !== undefined && typeof value !== 'function') throw optionTypeError('onOmitted', 'a function', value);
}
