import type { EscapingScheme, Exemplar } from '@promwright/model';
import { labelNameUnder } from './escape-text.ts';
import { isTime } from './times.ts';

/** Limit of characters in all label names and values of an exemplar (OpenMetrics 1.0, "Exemplars"). */
const MAX_CODE_POINTS = 128;

/** Returns true if an exemplar can be written at all: each label name once, and a time within the limits, or none. */
export function isWritable({ labels, timestampMs }: Exemplar, escaping: EscapingScheme): boolean {
  if (timestampMs !== undefined && !isTime(timestampMs)) return false;
  const names = labels.map(({ name }) => labelNameUnder(name, escaping));
  return names.every((name, i) => names.indexOf(name) === i);
}

/** Returns true if an exemplar is short enough for OpenMetrics 1.0. */
export function isShort({ labels }: Exemplar, escaping: EscapingScheme): boolean {
  let length = 0;
  for (const { name, value } of labels) length += codePoints(labelNameUnder(name, escaping)) + codePoints(value);
  return length <= MAX_CODE_POINTS;
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Returns true if a label has the character U+0000, which the server refuses in exemplars of a text format. */
export function hasNul({ labels }: Exemplar): boolean {
  return labels.some(({ name, value }) => name.includes('\0') || value.includes('\0'));
}
