import type { Exemplar } from '@promwright/model';
import { ParseError } from '../parse-error.ts';
import { type LabelRules, readExemplarLabels } from '../text/read-labels.ts';
import { HASH, NEWLINE, OPEN_BRACE, SPACE } from '../tokens/char-codes.ts';
import { readNumber } from '../tokens/read-number.ts';
import type { TextCursor } from '../tokens/text-cursor.ts';
import { millisecondsOf } from './time-units.ts';

/** What all names and values of an exemplar may add up to (OpenMetrics 1.0, "Exemplars"). */
const MAX_CODE_POINTS = 128;

/** Reads the exemplar whose `#` the cursor is at. */
export function readExemplar(cursor: TextCursor, rules: LabelRules): Exemplar {
  cursor.at++;
  cursor.take(SPACE, 'a space after "#"');
  if (cursor.text.charCodeAt(cursor.at) !== OPEN_BRACE) cursor.fail('the labels of an exemplar in braces');
  const labels = readExemplarLabels(cursor, rules);
  cursor.take(SPACE, 'a space before the value of the exemplar');
  const value = readNumber(cursor, 'the value of an exemplar');
  const { text, at } = cursor;
  if (text.charCodeAt(at) !== SPACE || text.charCodeAt(at + 1) === HASH) return { labels, value };
  cursor.at++;
  return { labels, value, timestampMs: readTime(cursor) };
}

/** Reads a time in seconds, which is returned in milliseconds. */
export function readTime(cursor: TextCursor): number {
  const start = cursor.at;
  const seconds = readNumber(cursor, 'a time in seconds');
  if (!Number.isFinite(seconds)) cursor.fail('a time in seconds', start);
  return millisecondsOf(seconds);
}

/** Refuses an exemplar that OpenMetrics 1.0 has no room for. */
export function checkLength(cursor: TextCursor, start: number, { labels }: Exemplar): void {
  const length = labels.reduce((sum, { name, value }) => sum + codePoints(name) + codePoints(value), 0);
  if (length > MAX_CODE_POINTS) {
    cursor.fail(`an exemplar of at most ${MAX_CODE_POINTS} characters`, start, `${length} characters`);
  }
}

/**
 * Reads all exemplars up to the end of the line. Those without a time are left out, and so is the rest of the line after one
 * that is wrong: in OpenMetrics 2.0 an exemplar must not cost the reader the document.
 */
export function readExemplarsTolerantly(cursor: TextCursor, rules: LabelRules): Exemplar[] {
  const found: Exemplar[] = [];
  const lineEnd = cursor.lineEnd();
  try {
    for (;;) {
      const exemplar = readExemplar(cursor, rules);
      if (exemplar.timestampMs !== undefined) found.push(exemplar);
      if (cursor.text.charCodeAt(cursor.at) === NEWLINE) return found;
      cursor.take(SPACE, 'a space before the next exemplar');
      if (cursor.text.charCodeAt(cursor.at) !== HASH) cursor.fail('"#"');
    }
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    cursor.at = lineEnd;
    return found;
  }
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
