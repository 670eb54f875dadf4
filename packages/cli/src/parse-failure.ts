import type { ParseError } from '@promwright/parser';
import { InputError } from './errors.ts';
import { escapeControls } from './format.ts';
import type { SourceDocument } from './source-document.ts';

/** Number of characters of a line to show before the error. */
const SHOWN_BEFORE = 60;
/** Number of characters of a line to show after the start of the error. */
const SHOWN_AFTER = 40;

/** Returns the error of a document that cannot be parsed: place, reason, and the line with a mark at the place. */
export function parseFailure({ displayName, body }: SourceDocument, error: ParseError): InputError {
  const { line, column, byteOffset, expected, found } = error;
  const reason = escapeControls(`expected ${expected}; got ${found}`);
  if (byteOffset !== undefined)
    return new InputError(`${displayName}: byte ${byteOffset}: ${reason}`, { cause: error });

  const text = lineText(body, line);
  const start = Math.max(0, column - 1 - SHOWN_BEFORE);
  const before = escapeControls((start > 0 ? '…' : '') + text.slice(start, column - 1));
  const after = escapeControls(text.slice(column - 1, column - 1 + SHOWN_AFTER));
  const rest = column - 1 + SHOWN_AFTER < text.length ? '…' : '';
  const number = String(line);
  return new InputError(
    [
      `${displayName}:${line}:${column}: ${reason}`,
      `${number} | ${before}${after}${rest}`,
      `${' '.repeat(number.length)} | ${' '.repeat(before.length)}^`,
    ].join('\n'),
    { cause: error },
  );
}

/** Returns a line by its number from 1. Bytes other than UTF-8 become U+FFFD. */
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
