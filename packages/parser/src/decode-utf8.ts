import { ParseError } from './parse-error.ts';

/**
 * Decodes a document, or some lines of it.
 * @param line number of the first line
 * @throws ParseError at the first byte that is not UTF-8
 */
export function decodeUtf8(bytes: Uint8Array, line = 1): string {
  try {
    // ignoreBOM keeps a byte order mark in the text, so that the parser refuses it: no format allows it.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fail(bytes, line);
  }
}

/**
 * Decodes lines of the text format, which may have any bytes in comments: replaces each byte that is not UTF-8 by a lone
 * surrogate, for which the reader knows whether its place is a comment.
 */
export function decodeLoosely(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return decodeReplacing(bytes);
  }
}

function decodeReplacing(bytes: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let text = '';
  let decoded = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    at += length;
    if (length > 0) continue;
    text += decoder.decode(bytes.subarray(decoded, at)) + String.fromCharCode(REPLACEMENT + bytes[at]!);
    at++;
    decoded = at;
  }
  return text + decoder.decode(bytes.subarray(decoded));
}

/** Returns the byte that a lone surrogate replaces; undefined for any other surrogate. */
export function replacedByte(surrogate: number): number | undefined {
  const byte = surrogate - REPLACEMENT;
  return byte >= 0x80 && byte <= 0xff ? byte : undefined;
}

const REPLACEMENT = 0xdc00;

function fail(bytes: Uint8Array, line: number): never {
  const at = firstInvalidByte(bytes);
  let lineStart = 0;
  for (let end = bytes.indexOf(10); end >= 0 && end < at; end = bytes.indexOf(10, lineStart)) {
    line++;
    lineStart = end + 1;
  }
  const found = `the byte 0x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`;
  throw new ParseError({ expected: 'UTF-8', found, line, column: at - lineStart + 1 });
}

/** Returns the start of the first sequence that is not UTF-8; the length if there is none. */
function firstInvalidByte(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) return at;
    at += length;
  }
  return at;
}

/** Returns the number of bytes of the character at an index; 0 if it is not well-formed. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  const length =
    first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
  if (at + length > bytes.length) return 0;
  for (let i = 1; i < length; i++) {
    if ((bytes[at + i]! & 0xc0) !== 0x80) return 0;
  }
  // Refuses overlong forms, surrogates, and code points above U+10FFFF.
  const second = bytes[at + 1]!;
  const isInvalid =
    (first === 0xe0 && second < 0xa0) ||
    (first === 0xed && second > 0x9f) ||
    (first === 0xf0 && second < 0x90) ||
    (first === 0xf4 && second > 0x8f);
  return isInvalid ? 0 : length;
}
