import { ParseError } from './parse-error.ts';

/**
 * The text of a document, or of lines of it.
 * @param line the number of the first one
 * @throws ParseError where the bytes are not UTF-8
 */
export function decodeUtf8(bytes: Uint8Array, line = 1): string {
  try {
    // A byte order mark is no part of any of the formats, so that it must be seen to be refused.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fail(bytes, line);
  }
}

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

/** Where the first sequence begins that is not UTF-8; the length if there is none. */
function firstInvalidByte(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) return at;
    at += length;
  }
  return at;
}

/** How many bytes the character at a place has; 0 if none is well-formed there. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  const length =
    first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
  if (at + length > bytes.length) return 0;
  for (let i = 1; i < length; i++) {
    if ((bytes[at + i]! & 0xc0) !== 0x80) return 0;
  }
  // Longer forms than needed, surrogates, and what is beyond U+10FFFF.
  const second = bytes[at + 1]!;
  const isWrong =
    (first === 0xe0 && second < 0xa0) ||
    (first === 0xed && second > 0x9f) ||
    (first === 0xf0 && second < 0x90) ||
    (first === 0xf4 && second > 0x8f);
  return isWrong ? 0 : length;
}
