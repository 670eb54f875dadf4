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

/** What each ASCII character may be in a name of the classic character set. */
const ROLES = new Uint8Array(128);
for (const [first, last, roles] of [
  ['a', 'z', METRIC_START | METRIC_REST | LABEL_START | LABEL_REST],
  ['A', 'Z', METRIC_START | METRIC_REST | LABEL_START | LABEL_REST],
  ['_', '_', METRIC_START | METRIC_REST | LABEL_START | LABEL_REST],
  ['0', '9', METRIC_REST | LABEL_REST],
  [':', ':', METRIC_START | METRIC_REST],
] as const) {
  ROLES.fill(roles, first.charCodeAt(0), last.charCodeAt(0) + 1);
}

/** Where a metric name that begins at `start` ends; `start` itself if none begins there. */
export function metricNameEnd(text: string, start: number): number {
  return nameEnd(text, start, METRIC_START, METRIC_REST);
}

/** Where a label name that begins at `start` ends; `start` itself if none begins there. */
export function labelNameEnd(text: string, start: number): number {
  return nameEnd(text, start, LABEL_START, LABEL_REST);
}

/** Where a metric name ends that is most likely the one expected; -1 if it is another, or something unusual follows it. */
export function knownNameEnd(text: string, start: number, expected: string): number {
  if (expected === '' || !text.startsWith(expected, start)) return -1;
  const end = start + expected.length;
  const follows = text.charCodeAt(end);
  return follows === OPEN_BRACE || follows === SPACE ? end : -1;
}

// The text ends in a line feed, which is no part of a name, so that these loops need not look for its end.

function nameEnd(text: string, start: number, first: number, rest: number): number {
  const code = text.charCodeAt(start);
  if (code > 127 || !(ROLES[code]! & first)) return start;
  let at = start + 1;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code > 127 || !(ROLES[code]! & rest)) return at;
    at++;
  }
}

/** The first place from `at` on that holds neither a space nor a tab. */
export function skipBlanks(text: string, at: number): number {
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== SPACE && code !== TAB) return at;
    at++;
  }
}
