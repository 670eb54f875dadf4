import { describeValue, typeError } from './promwright-error.ts';

/** What a label may be set to. A number or boolean stands for its text: 200 and "200" are one value. */
export type LabelValue = string | number | boolean;

/**
 * The text of a label value, fit to be kept: lone surrogates become U+FFFD, as they would on the wire, so that no two
 * values that are kept look the same there.
 * @throws TypeError with code `INVALID_LABEL_VALUE` for anything that is not a string, number or boolean
 */
export function labelText(value: unknown, label: string, metric: string): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return kept(value.toWellFormed());
  throw typeError(
    'INVALID_LABEL_VALUE',
    `Label "${label}" of metric "${metric}" must be a string, number or boolean; got ${describeValue(value)}`,
  );
}

/**
 * The same text, fit to be kept: names of properties are stored once each, on their own. A substring would keep alive all of
 * the request or document that it was cut from; and comparing with a literal of the same text takes but one step.
 */
function kept(text: string): string {
  // Without a prototype it is no shape that others share, so nothing else stays behind.
  const holder: Record<string, undefined> = Object.create(null);
  holder[text] = undefined;
  for (const name in holder) return name;
  return text;
}
