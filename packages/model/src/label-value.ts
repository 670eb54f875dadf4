import { describeValue, typeError } from './errors.ts';
import { internedCopy } from './flat-copy.ts';

/** What a label may be set to. A number or boolean stands for its text: 200 and "200" are one value. */
export type LabelValue = string | number | boolean;

/**
 * The text of a label value, fit to be kept: lone surrogates become U+FFFD, as they would on the wire, so that no two
 * values that are kept look the same there.
 * @throws TypeError with code `INVALID_LABEL_VALUE` for anything that is not a string, number or boolean
 */
export function formatLabelValue(value: unknown, label: string, metric: string): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return internedCopy(value.toWellFormed());
  throw typeError(
    'INVALID_LABEL_VALUE',
    `Label "${label}" of metric "${metric}" must be a string, number or boolean; got ${describeValue(value)}`,
  );
}
