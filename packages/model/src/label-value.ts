import { describeValue, typeError } from './errors.ts';
import { internedCopy } from './flat-copy.ts';

/** Value of a label. A number or boolean is equal to its string form: 200 and "200" are one value. */
export type LabelValue = string | number | boolean;

/**
 * Returns a label value as a string that is safe to store: an interned copy of {@link labelValueText}, so that no request or
 * document stays in memory. Costs about a microsecond.
 * @param label name of the label, for the error message
 * @param metric name of the metric, for the error message
 * @param lengthLimit limit of the length in UTF-16 units, at least 1; a longer value is cut and ends in `…`. No limit by
 *   default
 * @throws TypeError with code `INVALID_LABEL_VALUE` for anything that is not a string, number or boolean
 */
export function formatLabelValue(value: unknown, label: string, metric: string, lengthLimit = Infinity): string {
  return internedCopy(labelValueText(value, label, metric, lengthLimit));
}

/**
 * Returns a label value as a string, to look it up; {@link formatLabelValue} returns a string to store. Lone surrogates become
 * U+FFFD, as in UTF-8, so that two stored values never look the same in a scrape. Parameters and errors as there.
 */
export function labelValueText(value: unknown, label: string, metric: string, lengthLimit: number): string {
  if (typeof value === 'string') return (value.length > lengthLimit ? cut(value, lengthLimit) : value).toWellFormed();
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw typeError(
    'INVALID_LABEL_VALUE',
    `Label "${label}" of metric "${metric}" must be a string, number or boolean; got ${describeValue(value)}`,
  );
}

/** Returns the beginning of a string, with a mark at its end; never half of a surrogate pair. */
function cut(value: string, length: number): string {
  const last = value.charCodeAt(length - 2);
  const isHighSurrogate = last >= 0xd800 && last <= 0xdbff;
  return `${value.slice(0, isHighSurrogate ? length - 2 : length - 1)}…`;
}
