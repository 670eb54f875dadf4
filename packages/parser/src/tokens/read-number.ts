import { CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, NEWLINE, NINE, SPACE, TAB, ZERO } from './char-codes.ts';
import type { TextCursor } from './text-cursor.ts';

const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const UPPER_E = 69;
const LOWER_E = 101;

/** Number of digits up to which all integers, and all powers of ten, are exact as doubles. */
const EXACT_DIGITS = 15;
const POWERS = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, i) => 10 ** i);

/**
 * Reads a number and moves the cursor past its end: decimal, perhaps with an exponent, or a word (`NaN`, `+Inf`) in any letter
 * case. Fails unless a character that can end a number follows.
 * @param expected name of the number for the error
 */
export function readNumber(cursor: TextCursor, expected: string): number {
  const { text, at: start } = cursor;
  let at = start;
  let code = text.charCodeAt(at);
  const negative = code === MINUS;
  if (negative || code === PLUS) code = text.charCodeAt(++at);

  let whole = 0;
  const firstDigit = at;
  while (code >= ZERO && code <= NINE) {
    whole = whole * 10 + (code - ZERO);
    code = text.charCodeAt(++at);
  }
  let digits = at - firstDigit;
  let decimals = 0;
  if (code === POINT) {
    const point = at;
    code = text.charCodeAt(++at);
    while (code >= ZERO && code <= NINE) {
      whole = whole * 10 + (code - ZERO);
      code = text.charCodeAt(++at);
    }
    decimals = at - point - 1;
    digits += decimals;
  }
  if (digits === 0) return readWord(cursor, expected);

  let exact = digits <= EXACT_DIGITS;
  if (code === LOWER_E || code === UPPER_E) {
    exact = false;
    code = text.charCodeAt(++at);
    if (code === PLUS || code === MINUS) code = text.charCodeAt(++at);
    const firstDigit = at;
    while (code >= ZERO && code <= NINE) code = text.charCodeAt(++at);
    if (at === firstDigit) cursor.fail(expected, start);
  }
  if (!endsNumber(code)) cursor.fail(expected, start);
  cursor.at = at;
  // A quotient of two exact numbers is rounded only once, hence to the double nearest to the decimal.
  if (exact) return (negative ? -whole : whole) / POWERS[decimals]!;
  const number = Number(text.slice(start, at));
  // Prometheus' server refuses it; infinity would be another number than the one written.
  if (!Number.isFinite(number)) cursor.fail(`${expected} that a double can hold`, start);
  return number;
}

/**
 * Returns the number that a string consists of, such as the value of a label; undefined if the string is not a number, or a
 * decimal beyond the largest double.
 */
export function parseNumber(text: string): number | undefined {
  if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return wordValue(text);
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

/** Returns the number of a word, or of a word with a sign. */
function wordValue(text: string): number | undefined {
  switch (text.toLowerCase()) {
    case 'nan':
      return Number.NaN;
    case 'inf':
    case '+inf':
    case 'infinity':
    case '+infinity':
      return Number.POSITIVE_INFINITY;
    case '-inf':
    case '-infinity':
      return Number.NEGATIVE_INFINITY;
    default:
      return undefined;
  }
}

const MAX_WORD_LENGTH = '-infinity'.length;

function readWord(cursor: TextCursor, expected: string): number {
  const { text, at: start } = cursor;
  let end = start;
  while (end <= start + MAX_WORD_LENGTH && !endsNumber(text.charCodeAt(end))) end++;
  const value = wordValue(text.slice(start, end));
  if (value === undefined) cursor.fail(expected);
  cursor.at = end;
  return value;
}

function endsNumber(code: number): boolean {
  return (
    code === NEWLINE ||
    code === SPACE ||
    code === TAB ||
    code === COMMA ||
    code === COLON ||
    code === CLOSE_BRACE ||
    code === CLOSE_BRACKET
  );
}
