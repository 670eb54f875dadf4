import { CLOSE_BRACE, COMMA, EQUALS, metricNameEnd, NEWLINE, QUOTE, skipBlanks } from '../tokens/char-codes.ts';
import { quotedEnd, readQuoted } from '../tokens/read-quoted.ts';
import type { TextCursor } from '../tokens/text-cursor.ts';
import type { LabelRules } from './label-rules.ts';

/** Reads the name of a metric, in quotes or without, and moves the cursor past the name. */
export function readMetricName(cursor: TextCursor, rules: LabelRules): string {
  const { text, at } = cursor;
  if (text.charCodeAt(at) === QUOTE) return readQuotedMetricName(cursor, rules);
  cursor.at = metricNameEnd(text, at);
  if (cursor.at === at) cursor.fail('a metric name');
  return text.slice(at, cursor.at);
}

function readQuotedMetricName(cursor: TextCursor, rules: LabelRules): string {
  const { at } = cursor;
  const name = readQuoted(cursor, rules.quoted);
  const isClassic = name !== '' && metricNameEnd(`${name}\n`, 0) === name.length;
  if (name === '' || (!isClassic && !takesName(name, rules))) cursor.fail('a metric name', at);
  return name;
}

/** Returns true if a quoted name may be outside the classic character set. The readers of text refuse the character NUL. */
export function takesName(name: string, { lenient, utf8 }: LabelRules): boolean {
  return utf8 && !(lenient && name.includes('\0'));
}

/**
 * Returns the quoted name of the metric, which may be anywhere between the braces. The cursor is at the opening brace and
 * does not move.
 */
export function findQuotedMetricName(cursor: TextCursor, rules: LabelRules): string {
  const { text, at: start } = cursor;
  for (cursor.at = start + 1; ; cursor.at++) {
    const code = text.charCodeAt(cursor.at);
    if (code === CLOSE_BRACE || code === NEWLINE) cursor.fail('the name of the metric in double quotes');
    if (code !== QUOTE) continue;
    const quote = cursor.at;
    cursor.at = quotedEnd(cursor, quote + 1, rules.quoted) + 1;
    const next = text.charCodeAt(skipBlanks(text, cursor.at));
    if ((next === COMMA || next === CLOSE_BRACE) && !isLabelValue(text, quote)) {
      cursor.at = quote;
      const name = readQuotedMetricName(cursor, rules);
      cursor.at = start;
      return name;
    }
    cursor.at--;
  }
}

/** Moves over a quoted string that is not the name of a label, because no equals sign follows. Returns false if there is none. */
export function skipQuotedMetricName(cursor: TextCursor, { quoted }: LabelRules): boolean {
  const { text, at } = cursor;
  if (text.charCodeAt(at) !== QUOTE) return false;
  const end = quotedEnd(cursor, at + 1, quoted) + 1;
  if (text.charCodeAt(skipBlanks(text, end)) === EQUALS) return false;
  cursor.at = end;
  return true;
}

/** Returns true if a quoted string is the value of a label: an equals sign precedes it. */
function isLabelValue(text: string, quote: number): boolean {
  let before = quote - 1;
  while (text[before] === ' ' || text[before] === '\t') before--;
  return text.charCodeAt(before) === EQUALS;
}
