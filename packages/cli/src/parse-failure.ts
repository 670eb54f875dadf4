import type { ParseError } from '@promwright/parser';
import { InputError } from './errors.ts';
import { escapeControls } from './format.ts';
import type { SourceDocument } from './source-document.ts';

/** How much of a line is displayName before and behind the place that is wrong. */
const SHOWN_BEFORE = 60;
const SHOWN_AFTER = 40;

/** What to say about a document that is not of its format: where, what, and the line with the place marked. */
export function parseFailure({ displayName, body }: SourceDocument, error: ParseError): InputError {
  const { line, column, byteOffset, expected, found } = error;
  const what = escapeControls(`expected ${expected}; got ${found}`);
  if (byteOffset !== undefined) return new InputError(`${displayName}: byte ${byteOffset}: ${what}`, { cause: error });

  const text = lineText(body, line);
  const start = Math.max(0, column - 1 - SHOWN_BEFORE);
  const before = escapeControls((start > 0 ? '…' : '') + text.slice(start, column - 1));
  const behind = escapeControls(text.slice(column - 1, column - 1 + SHOWN_AFTER));
  const rest = column - 1 + SHOWN_AFTER < text.length ? '…' : '';
  const number = String(line);
  return new InputError(
    [
      `${displayName}:${line}:${column}: ${what}`,
      `${number} | ${before}${behind}${rest}`,
      `${' '.repeat(number.length)} | ${' '.repeat(before.length)}^`,
    ].join('\n'),
    { cause: error },
  );
}

/** A line of a text, by its number from 1; bytes that are not UTF-8 are displayName as such. */
function lineText(body: Uint8Array, line: number): string {
  let start = 0;
  for (let i = 1; i < line; i++) {
    const end = body.indexOf(10, start);
    if (end < 0) return '';
    start = end + 1;
  }
  const end = body.indexOf(10, start);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(body.subarray(start, end < 0 ? body.length : end));
}
