import type { FamilyBuilder } from '../columns/family-builder.ts';
import { OPEN_BRACE } from '../tokens/char-codes.ts';
import type { TextCursor } from '../tokens/text-cursor.ts';
import { type LabelRules, readLabels } from './read-labels.ts';

/**
 * Reads the labels that stand behind a name without quotes, if any do, into a family that is being built, unless it knows
 * them from another. Returns the value of the label that says which bucket, quantile or state the sample is.
 */
export function readSeriesLabels(cursor: TextCursor, builder: FamilyBuilder, rules: LabelRules): string | undefined {
  const { text, at: start } = cursor;
  const known = builder.match(text, start);
  if (known !== undefined) {
    cursor.at += known.text.length;
    return known.partValue;
  }
  let partValue: string | undefined;
  if (text.charCodeAt(start) === OPEN_BRACE) {
    cursor.at++;
    partValue = readLabels(cursor, builder.labels, rules, builder.partLabel);
  } else {
    builder.labels.begin();
  }
  builder.noteLabels(text, start, cursor.at, partValue);
  return partValue;
}
