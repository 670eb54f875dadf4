import { BACKSLASH, NEWLINE, QUOTE } from './char-codes.ts';
import type { TextCursor } from './text-cursor.ts';

/**
 * Rules of quoted strings. Prometheus' server keeps a backslash before any character but a backslash, a quote or `n`, and takes
 * line feeds; its Go library refuses both; OpenMetrics keeps the backslash and refuses line feeds.
 */
export type QuotedRules = 'server' | 'go-library' | 'openmetrics';

/** Reads a quoted string and moves the cursor past its closing quote. Fails if there is no opening quote. */
export function readQuoted(cursor: TextCursor, rules: QuotedRules): string {
  cursor.take(QUOTE, 'an opening quote');
  const start = cursor.at;
  const end = quotedEnd(cursor, start, rules);
  cursor.at = end + 1;
  const content = cursor.text.slice(start, end);
  return content.includes('\\') ? undoEscapes(content) : content;
}

/** Returns the index of the closing quote of a string whose content begins at `start`. */
export function quotedEnd(cursor: TextCursor, start: number, rules: QuotedRules): number {
  const { text } = cursor;
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === NEWLINE) {
      const isLast = at === text.length - 1;
      if (rules !== 'server') cursor.fail('a closing quote', at);
      if (isLast) cursor.failAtOpenQuote(at);
      cursor.hasBrokenLine = true;
    } else if (code === BACKSLASH) {
      const next = text[at + 1]!;
      const isKnown = next === '\\' || next === '"' || next === 'n';
      if (!isKnown && (rules === 'go-library' || (rules === 'server' && next === '\n'))) {
        cursor.fail('one of the escapes \\\\, \\" and \\n', at);
      }
      if (next !== '\n') at++;
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

/** Undoes the escapes of a help text in the text format, which has none for a quote: `\\` and `\n`. */
export function undoHelpEscapes(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\([\\n])/g, (_, escaped) => (escaped === 'n' ? '\n' : '\\'));
}
