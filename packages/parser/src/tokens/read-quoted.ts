import { BACKSLASH, NEWLINE, QUOTE } from './char-codes.ts';
import type { TextCursor } from './text-cursor.ts';

/**
 * Treatment of a backslash before any character but a backslash, a quote or `n`: an error (text 0.0.4), or a literal backslash
 * (OpenMetrics, and help texts).
 */
export type UnknownEscapes = 'fail' | 'keep';

/** Reads a quoted string and moves the cursor past its closing quote. Fails if there is no opening quote. */
export function readQuoted(cursor: TextCursor, unknownEscapes: UnknownEscapes): string {
  cursor.take(QUOTE, 'an opening quote');
  const start = cursor.at;
  const end = quotedEnd(cursor, start, unknownEscapes);
  cursor.at = end + 1;
  const content = cursor.text.slice(start, end);
  return content.includes('\\') ? undoEscapes(content) : content;
}

/** Returns the index of the closing quote of a string whose content begins at `start`. */
export function quotedEnd(cursor: TextCursor, start: number, unknownEscapes: UnknownEscapes): number {
  const { text } = cursor;
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === NEWLINE) cursor.fail('a closing quote', at);
    if (code === BACKSLASH) {
      const next = text[at + 1]!;
      if (next !== '\n') at++;
      if (unknownEscapes === 'fail' && next !== '\\' && next !== '"' && next !== 'n') {
        cursor.fail('one of the escapes \\\\, \\" and \\n', at - 1);
      }
    }
    at++;
  }
}

/** Undoes the escapes `\\`, `\"` and `\n`; other backslashes are literal. */
export function undoEscapes(text: string): string {
  let result = '';
  let copied = 0;
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', at)) {
    const next = text[at + 1];
    if (next === '\\' || next === '"' || next === 'n') {
      result += text.slice(copied, at) + (next === 'n' ? '\n' : next);
      copied = at + 2;
    }
    at += 2;
  }
  return result + text.slice(copied);
}
