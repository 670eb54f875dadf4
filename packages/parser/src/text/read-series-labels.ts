import type { TemplateFollower } from '../columns/template-follower.ts';
import { OPEN_BRACE } from '../tokens/char-codes.ts';
import type { TextCursor } from '../tokens/text-cursor.ts';
import type { LabelRules } from './label-rules.ts';
import { readLabels, readLooseLabels } from './read-labels.ts';

/**
 * Reads the labels after a name without quotes, if there are any. Does not parse labels that the family's template repeats.
 * @returns the value of the label that selects a bucket, quantile or state
 */
export function readSeriesLabels(cursor: TextCursor, series: TemplateFollower, rules: LabelRules): string | undefined {
  const { text, at: start } = cursor;
  const known = series.match(text, start);
  if (known !== undefined) {
    cursor.at += known.text.length;
    return known.partValue;
  }
  let partValue: string | undefined;
  if (text.charCodeAt(start) === OPEN_BRACE) {
    cursor.at++;
    partValue = rules.lenient
      ? readLooseLabels(cursor, series.labels, rules, series.partLabel)
      : readLabels(cursor, series.labels, rules, series.partLabel);
  } else {
    series.labels.begin();
  }
  series.noteLabels(text, start, cursor.at, partValue);
  return partValue;
}
