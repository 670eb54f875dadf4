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
    else if (partValue === undefined && value !== REPEATED) partValue = value;
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
  for (; moveToItem(cursor, isFirst, rules.strict || isAfterName); isFirst = false) {
    isAfterName = mayBeName && skipQuotedMetricName(cursor, rules);
    if (isAfterName) {
      mayBeName = false;
      continue;
    }
    const labelStart = cursor.at;
    const value = readLabel(cursor, labels, rules, partLabel);
    if (value === undefined) {
      repeatableEnd = partValue === undefined ? cursor.at : -1;
    } else if (partValue === undefined && value !== REPEATED) {
      partValue = value;
    } else {
      if (rules.strict) cursor.fail('each label once', labelStart);
      cursor.at = start;
      return readRepeatedLabels(cursor, labels, rules, partLabel, hasName);
    }
  }
  if (isRepeatable) labels.noteWritten(text, start, repeatableEnd);
  cursor.at++;
  return partValue;
}

/**
 * Reads labels again of which one is repeated or has an empty name. Prometheus' server leaves out a label that is empty anywhere
 * between the braces, with all its other values, and refuses repetitions and empty names among the other labels.
 */
function readRepeatedLabels(
  cursor: TextCursor,
  labels: LabelColumns,
  rules: LabelRules,
  partLabel: string | undefined,
  hasName: boolean,
): string | undefined {
  const written: { readonly name: string; readonly value: string; readonly at: number }[] = [];
  let mayBeName = hasName;
  let isAfterName = false;
  for (let isFirst = true; moveToItem(cursor, isFirst, isAfterName); isFirst = false) {
    isAfterName = mayBeName && skipQuotedMetricName(cursor, rules);
    if (isAfterName) {
      mayBeName = false;
      continue;
    }
    const { at } = cursor;
    const name = readLabelName(cursor, rules);
    checkNotMetricName(cursor, at, cursor.at, name);
    takeEquals(cursor, rules);
    written.push({ name, value: readQuoted(cursor, rules.quoted), at });
  }
  cursor.at++;
  const empty = new Set(written.filter(({ value }) => value === '').map(({ name }) => name));
  let partValue: string | undefined;
  labels.begin();
  for (const { name, value, at } of written) {
    if (empty.has(name)) continue;
    if (name === '') cursor.fail('a label name', at);
    const isNew = name === partLabel ? partValue === undefined : labels.add(labels.columnOf(name), value);
    if (!isNew) cursor.fail('each label once', at);
    if (name === partLabel) partValue = value;
  }
  return partValue;
}

/** Moves to the next item between the braces of text 0.0.4. Returns false at the closing brace. */
function moveToItem(cursor: TextCursor, isFirst: boolean, needsComma: boolean): boolean {
  const { text } = cursor;
  cursor.at = skipBlanks(text, cursor.at);
  if (!isFirst) {
    if (text.charCodeAt(cursor.at) === COMMA) cursor.at = skipBlanks(text, cursor.at + 1);
    else if (needsComma && text.charCodeAt(cursor.at) !== CLOSE_BRACE) cursor.fail('"," or "}"');
  }
  return text.charCodeAt(cursor.at) !== CLOSE_BRACE;
}

/** Result of `readLabel` for a label that Prometheus' server may leave out. */
const REPEATED = Symbol('repeated');

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

/**
 * Reads one label and adds it to the current labels, or returns its value if it is the part label. Returns `REPEATED` for a label
 * that the current labels have, and for an empty name.
 */
function readLabel(
  cursor: TextCursor,
  labels: LabelColumns,
  rules: LabelRules,
  partLabel: string | undefined,
): string | typeof REPEATED | undefined {
  const { text, at: labelStart } = cursor;
  let column = labels.columnAt(text, labelStart);
  if (column >= 0) {
    cursor.at = labels.valueStart(column, labelStart);
    const lastEnd = labels.lastValueEnd(column, text, cursor.at);
    if (lastEnd >= 0) {
      cursor.at = lastEnd + 1;
      return labels.addLast(column) ? undefined : REPEATED;
    }
  } else {
    column = readColumn(cursor, labels, rules, partLabel);
    if (column === NO_NAME) return REPEATED;
  }

  const valueStart = cursor.at;
  let end = valueStart;
  let code = text.charCodeAt(end);
  while (code !== QUOTE && code !== BACKSLASH && code !== NEWLINE) code = text.charCodeAt(++end);
  const isPlain = code === QUOTE;
  if (!isPlain) end = quotedEnd(cursor, end, rules.quoted);
  const written = text.slice(valueStart, end);
  cursor.at = end + 1;
  if (column === PART_LABEL) return isPlain ? written : undoEscapes(written);
  const isNew = isPlain ? labels.addPlain(column, written) : labels.add(column, undoEscapes(written));
  return isNew ? undefined : REPEATED;
}

/** Results of `readColumn` for labels without a column. */
const PART_LABEL = -1;
const NO_NAME = -2;

/**
 * Reads the name of a label, the equals sign and the opening quote of its value. Returns its column, `PART_LABEL` or
 * `NO_NAME`. A name without quotes is compared in place, because most lines of a histogram have the part label.
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
  takeEquals(cursor, rules);
  cursor.take(QUOTE, 'a label value in double quotes');
  if (quoted === '') return NO_NAME;
  if (partLabel !== undefined && isName(partLabel, text, start, end, quoted)) return PART_LABEL;
  checkNotMetricName(cursor, start, end, quoted);
  return labels.columnOf(quoted ?? text.slice(start, end));
}

function takeEquals(cursor: TextCursor, { lenient }: LabelRules): void {
  if (lenient) cursor.at = skipBlanks(cursor.text, cursor.at);
  cursor.take(EQUALS, '"=" after the label name');
  if (lenient) cursor.at = skipBlanks(cursor.text, cursor.at);
}

/** Reads the name of a label, in quotes or without, and moves the cursor past the name. Only the server's rules take an empty name. */
export function readLabelName(cursor: TextCursor, rules: LabelRules): string {
  const { text, at } = cursor;
  if (text.charCodeAt(at) !== QUOTE) {
    moveToLabelNameEnd(cursor);
    return text.slice(at, cursor.at);
  }
  const name = readQuoted(cursor, rules.quoted);
  if (name === '' && !rules.strict) return name;
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
