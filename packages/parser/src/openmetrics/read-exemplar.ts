import { type Exemplar, flatCopy, type Label } from '@promwright/model';
import { ParseError } from '../parse-error.ts';
import type { LabelRules } from '../text/label-rules.ts';
import { readLabelName } from '../text/read-labels.ts';
import { CLOSE_BRACE, COMMA, EQUALS, HASH, NEWLINE, OPEN_BRACE, SPACE } from '../tokens/char-codes.ts';
import { readNumber } from '../tokens/read-number.ts';
import { readQuoted } from '../tokens/read-quoted.ts';
import type { TextCursor } from '../tokens/text-cursor.ts';
import { millisecondsOf } from './time-units.ts';

/** Limit of characters in all label names and values of an exemplar (OpenMetrics 1.0, "Exemplars"). */
const MAX_CODE_POINTS = 128;

/** Reads an exemplar. The cursor is at its `#`. */
export function readExemplar(cursor: TextCursor, rules: LabelRules): Exemplar {
  cursor.at++;
  cursor.take(SPACE, 'a space after "#"');
  if (cursor.text.charCodeAt(cursor.at) !== OPEN_BRACE) cursor.fail('the labels of an exemplar in braces');
  const labels = readLabels(cursor, rules);
  cursor.take(SPACE, 'a space before the value of the exemplar');
  const value = readNumber(cursor, 'the value of an exemplar');
  const { text, at } = cursor;
  if (text.charCodeAt(at) !== SPACE || text.charCodeAt(at + 1) === HASH) return { labels, value };
  cursor.at++;
  return { labels, value, timestampMs: readTime(cursor) };
}

/** Reads the labels of an exemplar. The cursor moves from the opening brace past the closing brace. */
function readLabels(cursor: TextCursor, rules: LabelRules): Label[] {
  const labels: Label[] = [];
  const seen = new Set<string>();
  cursor.at++;
  while (cursor.text.charCodeAt(cursor.at) !== CLOSE_BRACE) {
    if (labels.length > 0) cursor.take(COMMA, '"," or "}"');
    const start = cursor.at;
    const name = readLabelName(cursor, rules);
    cursor.take(EQUALS, '"=" after the label name');
    const value = readQuoted(cursor, 'openmetrics');
    if (seen.has(name)) cursor.fail('each label once', start);
    seen.add(name);
    labels.push({ name: flatCopy(name), value: flatCopy(value) });
  }
  cursor.at++;
  return labels;
}

/** Reads a time in seconds and returns it in milliseconds. */
export function readTime(cursor: TextCursor): number {
  const start = cursor.at;
  const seconds = readNumber(cursor, 'a time in seconds');
  if (!Number.isFinite(seconds)) cursor.fail('a time in seconds', start);
  return millisecondsOf(seconds);
}

/** Refuses an exemplar that is too long for OpenMetrics 1.0. */
export function checkLength(cursor: TextCursor, start: number, { labels }: Exemplar): void {
  const length = labels.reduce((sum, { name, value }) => sum + codePoints(name) + codePoints(value), 0);
  if (length > MAX_CODE_POINTS) {
    cursor.fail(`an exemplar of at most ${MAX_CODE_POINTS} characters`, start, `${length} characters`);
  }
}

/**
 * Reads all exemplars up to the end of the line. Omits exemplars without a timestamp, and the rest of the line after an invalid
 * exemplar: in OpenMetrics 2.0 an exemplar must not make a document invalid.
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
