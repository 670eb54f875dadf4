import type { LabelColumns } from '../columns/label-columns.ts';
import {
  BACKSLASH,
  CLOSE_BRACE,
  COMMA,
  EQUALS,
  labelNameEnd,
  NEWLINE,
  QUOTE,
  skipBlanks,
} from '../tokens/char-codes.ts';
import { quotedEnd, readQuoted, undoEscapes } from '../tokens/read-quoted.ts';
import type { TextCursor } from '../tokens/text-cursor.ts';
import type { LabelRules } from './label-rules.ts';
import { skipQuotedMetricName, takesName } from './read-metric-name.ts';

/**
 * Reads the labels of a line of OpenMetrics, up to and including the closing brace. The labels replace those of the previous
 * line.
 * @param partLabel name of the part label: it selects a part of the series (a bucket, quantile or state), such as `le`
 * @param isAfterName true if the cursor is after the quoted name of the metric, which is then the first item in the braces
 * @returns the value of the part label
 */
export function readLabels(
  cursor: TextCursor,
  labels: LabelColumns,
  rules: LabelRules,
  partLabel: string | undefined,
  isAfterName = false,
): string | undefined {
  const { text, at: start } = cursor;
  const isRepeatable = partLabel !== undefined && !isAfterName;
  let needsComma = skipRepeatedLabels(cursor, labels, isRepeatable) || isAfterName;
  let repeatableEnd = cursor.at;
  let partValue: string | undefined;
  while (text.charCodeAt(cursor.at) !== CLOSE_BRACE) {
    if (needsComma) cursor.take(COMMA, '"," or "}"');
    needsComma = true;
    const labelStart = cursor.at;
    const value = readLabel(cursor, labels, rules, partLabel);
    if (value === undefined) repeatableEnd = partValue === undefined ? cursor.at : -1;
    else if (partValue === undefined) partValue = value;
    else cursor.fail('each label once', labelStart);
  }
  if (isRepeatable) labels.noteWritten(text, start, repeatableEnd);
  cursor.at++;
  return partValue;
}

/**
 * Reads the labels of a line of text 0.0.4 like {@link readLabels}, but also accepts blanks between all tokens, a comma before
 * the closing brace and, as Prometheus' server does, no comma between labels.
 * @param hasName true if the quoted name of the metric is somewhere between the braces; the name is skipped
 */
export function readLooseLabels(
  cursor: TextCursor,
  labels: LabelColumns,
  rules: LabelRules,
  partLabel: string | undefined,
  hasName = false,
): string | undefined {
  const { text, at: start } = cursor;
  const isRepeatable = partLabel !== undefined && !hasName;
  let isFirst = !skipRepeatedLabels(cursor, labels, isRepeatable);
  let repeatableEnd = cursor.at;
  let partValue: string | undefined;
  let mayBeName = hasName;
  let isAfterName = false;
  for (;;) {
    cursor.at = skipBlanks(text, cursor.at);
    const mayFollow = isFirst || (!rules.commas && !isAfterName);
    if (!isFirst && text.charCodeAt(cursor.at) === COMMA) cursor.at = skipBlanks(text, cursor.at + 1);
    else if (!mayFollow && text.charCodeAt(cursor.at) !== CLOSE_BRACE) cursor.fail('"," or "}"');
    isFirst = false;
    if (text.charCodeAt(cursor.at) === CLOSE_BRACE) break;
    isAfterName = mayBeName && skipQuotedMetricName(cursor, rules);
    if (isAfterName) {
      mayBeName = false;
      continue;
    }
    const labelStart = cursor.at;
    const value = readLabel(cursor, labels, rules, partLabel);
    if (value === undefined) repeatableEnd = partValue === undefined ? cursor.at : -1;
    else if (partValue === undefined) partValue = value;
    else cursor.fail('each label once', labelStart);
  }
  if (isRepeatable) labels.noteWritten(text, start, repeatableEnd);
  cursor.at++;
  return partValue;
}

/**
 * Skips labels that the line repeats from the previous line; else clears the current labels. The lines of a histogram differ in
 * the part label, which most writers put last, so the labels before it are read once. Returns true if it skipped any.
 */
function skipRepeatedLabels(cursor: TextCursor, labels: LabelColumns, isRepeatable: boolean): boolean {
  const end = isRepeatable ? labels.repeatedEnd(cursor.text, cursor.at) : -1;
  if (end < 0) {
    labels.begin();
    return false;
  }
  cursor.at = end;
  return true;
}

/** Reads one label and adds it to the current labels, or returns its value if it is the part label. */
function readLabel(
  cursor: TextCursor,
  labels: LabelColumns,
  rules: LabelRules,
  partLabel: string | undefined,
): string | undefined {
  const { text, at: labelStart } = cursor;
  let column = labels.columnAt(text, labelStart);
  if (column >= 0) {
    cursor.at = labels.valueStart(column, labelStart);
    const lastEnd = labels.lastValueEnd(column, text, cursor.at);
    if (lastEnd >= 0) {
      if (!labels.addLast(column)) cursor.fail('each label once', labelStart);
      cursor.at = lastEnd + 1;
      return undefined;
    }
  } else {
    column = readColumn(cursor, labels, rules, partLabel);
  }

  const valueStart = cursor.at;
  let end = valueStart;
  let code = text.charCodeAt(end);
  while (code !== QUOTE && code !== BACKSLASH && code !== NEWLINE) code = text.charCodeAt(++end);
  const isPlain = code === QUOTE;
  if (!isPlain) end = quotedEnd(cursor, end, rules.quoted);
  const written = text.slice(valueStart, end);
  cursor.at = end + 1;
  if (column < 0) return isPlain ? written : undoEscapes(written);
  const isNew = isPlain ? labels.addPlain(column, written) : labels.add(column, undoEscapes(written));
  if (!isNew) cursor.fail('each label once', labelStart);
  return undefined;
}

/**
 * Reads the name of a label, the equals sign and the opening quote of its value. Returns its column; -1 for the part label. A
 * name without quotes is compared in place, because most lines of a histogram have the part label.
 */
function readColumn(
  cursor: TextCursor,
  labels: LabelColumns,
  rules: LabelRules,
  partLabel: string | undefined,
): number {
  const { text, at: start } = cursor;
  const quoted = text.charCodeAt(start) === QUOTE ? readLabelName(cursor, rules) : undefined;
  if (quoted === undefined) moveToLabelNameEnd(cursor);
  const end = cursor.at;
  if (rules.lenient) cursor.at = skipBlanks(text, end);
  cursor.take(EQUALS, '"=" after the label name');
  if (rules.lenient) cursor.at = skipBlanks(text, cursor.at);
  cursor.take(QUOTE, 'a label value in double quotes');
  if (partLabel !== undefined && isName(partLabel, text, start, end, quoted)) return -1;
  checkNotMetricName(cursor, start, end, quoted);
  return labels.columnOf(quoted ?? text.slice(start, end));
}

/** Reads the name of a label, in quotes or without, and moves the cursor past the name. */
export function readLabelName(cursor: TextCursor, rules: LabelRules): string {
  const { text, at } = cursor;
  if (text.charCodeAt(at) !== QUOTE) {
    moveToLabelNameEnd(cursor);
    return text.slice(at, cursor.at);
  }
  const name = readQuoted(cursor, rules.quoted);
  const isClassic = name !== '' && labelNameEnd(`${name}\n`, 0) === name.length;
  if (name === '' || (!isClassic && !takesName(name, rules))) cursor.fail('a label name', at);
  return name;
}

function moveToLabelNameEnd(cursor: TextCursor): void {
  const { text, at } = cursor;
  cursor.at = labelNameEnd(text, at);
  if (cursor.at === at) cursor.fail('a label name', at);
}

function isName(expected: string, text: string, start: number, end: number, quoted: string | undefined): boolean {
  if (quoted !== undefined) return quoted === expected;
  return expected.length === end - start && text.startsWith(expected, start);
}

/** Refuses the label `__name__`, which Prometheus' server uses for the name of the metric. */
function checkNotMetricName(cursor: TextCursor, start: number, end: number, quoted: string | undefined): void {
  // Most names begin with another character, so this comparison is their only cost.
  if (quoted === undefined && cursor.text.charCodeAt(start) !== UNDERSCORE) return;
  if (isName('__name__', cursor.text, start, end, quoted)) {
    cursor.fail('a label name that is not reserved', start);
  }
}

const UNDERSCORE = 95;
