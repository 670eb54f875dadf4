export const TAB = 9;
export const NEWLINE = 10;
export const SPACE = 32;
export const QUOTE = 34;
export const HASH = 35;
export const COMMA = 44;
export const ZERO = 48;
export const NINE = 57;
export const COLON = 58;
export const EQUALS = 61;
export const OPEN_BRACKET = 91;
export const BACKSLASH = 92;
export const CLOSE_BRACKET = 93;
export const OPEN_BRACE = 123;
export const CLOSE_BRACE = 125;

const METRIC_START = 1;
const METRIC_REST = 2;
const LABEL_START = 4;
const LABEL_REST = 8;

/** By ASCII character: its places in names of the classic character set, as bits. */
const PLACES = new Uint8Array(128);
for (const [first, last, places] of [
  ['a', 'z', METRIC_START | METRIC_REST | LABEL_START | LABEL_REST],
  ['A', 'Z', METRIC_START | METRIC_REST | LABEL_START | LABEL_REST],
  ['_', '_', METRIC_START | METRIC_REST | LABEL_START | LABEL_REST],
  ['0', '9', METRIC_REST | LABEL_REST],
  [':', ':', METRIC_START | METRIC_REST],
] as const) {
  PLACES.fill(places, first.charCodeAt(0), last.charCodeAt(0) + 1);
}

/** Returns the end of a metric name that begins at `start`; `start` itself if there is none. */
export function metricNameEnd(text: string, start: number): number {
  return nameEnd(text, start, METRIC_START, METRIC_REST);
}

/** Returns the end of a label name that begins at `start`; `start` itself if there is none. */
export function labelNameEnd(text: string, start: number): number {
  return nameEnd(text, start, LABEL_START, LABEL_REST);
}

/**
 * Returns the end of a metric name that is most likely `expected`; -1 if it is another name, or if neither a space nor an
 * opening brace follows.
 */
export function knownNameEnd(text: string, start: number, expected: string): number {
  if (expected === '' || !text.startsWith(expected, start)) return -1;
  const end = start + expected.length;
  const follows = text.charCodeAt(end);
  return follows === OPEN_BRACE || follows === SPACE ? end : -1;
}

// The text ends in a line feed, which is no part of a name, so these loops need not check for the end of the text.

function nameEnd(text: string, start: number, first: number, rest: number): number {
  const code = text.charCodeAt(start);
  if (code > 127 || !(PLACES[code]! & first)) return start;
  let at = start + 1;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code > 127 || !(PLACES[code]! & rest)) return at;
    at++;
  }
}

/** Returns the index of the first character from `at` on that is neither a space nor a tab. */
export function skipBlanks(text: string, at: number): number {
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== SPACE && code !== TAB) return at;
    at++;
  }
}
