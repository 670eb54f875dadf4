import { BACKSLASH, NEWLINE, QUOTE } from './char-codes.ts';
import type { TextCursor } from './text-cursor.ts';

/**
 * What a backslash means before anything but a backslash, a quote or `n`: an error (text format), or a backslash that stands
 * for itself (OpenMetrics, and help texts).
 */
export type OtherEscapes = 'refuse' | 'keep';

/** Reads a quoted text from its opening quote on, which must be there, and goes behind its closing one. */
export function readQuoted(cursor: TextCursor, others: OtherEscapes): string {
  cursor.take(QUOTE, 'an opening quote');
  const start = cursor.at;
  const end = quotedEnd(cursor, start, others);
  cursor.at = end + 1;
  const content = cursor.text.slice(start, end);
  return content.includes('\\') ? unescape(content) : content;
}

/** Where the closing quote of a text is that begins at `start`. */
export function quotedEnd(cursor: TextCursor, start: number, others: OtherEscapes): number {
  const { text } = cursor;
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === NEWLINE) cursor.fail('a closing quote', at);
    if (code === BACKSLASH) {
      const next = text[at + 1]!;
      if (next !== '\n') at++;
      if (others === 'refuse' && next !== '\\' && next !== '"' && next !== 'n') {
        cursor.fail('one of the escapes \\\\, \\" and \\n', at - 1);
      }
    }
    at++;
  }
}

/** Undoes the escapes `\\`, `\"` and `\n`; other backslashes stand for themselves. */
export function unescape(text: string): string {
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

/**
 * A copy that keeps nothing else alive. A part of a text refers to the whole of it in every engine, and one label value would
 * hold a document of megabytes; the detour makes the engine write out the characters, at a twentieth of the cost of a codec.
 */
export function detached(text: string): string {
  return ` ${text}`.slice(1);
}
