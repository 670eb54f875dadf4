import type { Label } from '@promwright/model';
import type { LabelColumns } from '../columns/label-columns.ts';
import {
  BACKSLASH,
  CLOSE_BRACE,
  COMMA,
  EQUALS,
  labelNameEnd,
  metricNameEnd,
  NEWLINE,
  QUOTE,
  skipBlanks,
} from '../tokens/char-codes.ts';
import { detached, quotedEnd, readQuoted, unescape } from '../tokens/read-quoted.ts';
import type { TextCursor } from '../tokens/text-cursor.ts';

/** In what the formats differ about labels. */
export interface LabelRules {
  /** Blanks between all tokens, commas before the closing brace, and the metric's name in any place of the braces. */
  readonly lenient: boolean;
  /** Whether names may hold any character. */
  readonly utf8: boolean;
}

/**
 * Where the name of the metric is: before the braces, between them and just read, or somewhere between them and known, so
 * that it is to be passed over.
 */
export type NamePlace = 'before' | 'just-read' | 'inside';

/**
 * Reads the labels of a series up to and with the closing brace, in place of those that were read before.
 * @param partLabel a label that is none of the series, such as `le`; its value is returned
 */
export function readLabels(
  cursor: TextCursor,
  labels: LabelColumns,
  rules: LabelRules,
  partLabel: string | undefined,
  namePlace: NamePlace = 'before',
): string | undefined {
  const { text } = cursor;
  const { lenient } = rules;
  let at = cursor.at;
  let partValue: string | undefined;
  let mayName = namePlace === 'inside';
  let needsComma = namePlace === 'just-read';
  let afterComma = false;
  // The samples of a histogram differ in the partLabel label, which most writers put last: what stands before it is read once.
  const start = at;
  const isComparable = partLabel !== undefined && namePlace === 'before';
  if (isComparable && labels.areWrittenAt(text, at)) {
    at += labels.text.length;
    needsComma = true;
  } else {
    labels.begin();
  }
  let comparableEnd = isComparable ? at : -1;
  for (;;) {
    if (lenient) at = skipBlanks(text, at);
    const code = text.charCodeAt(at);
    if (code === CLOSE_BRACE) {
      if (afterComma && !lenient) cursor.fail('a label name', at);
      cursor.at = at + 1;
      if (isComparable && comparableEnd - start !== labels.text.length) {
        labels.text = comparableEnd < 0 ? '' : text.slice(start, comparableEnd);
      }
      return partValue;
    }
    if (needsComma) {
      if (code !== COMMA) cursor.fail('"," or "}"', at);
      at++;
      needsComma = false;
      afterComma = true;
      continue;
    }
    if (code === COMMA && lenient) {
      at = skipLastCommas(cursor, at);
      continue;
    }

    const nameStart = at;
    let name: string | undefined;
    let nameEnd = at;
    let column = labels.columnAt(text, at);
    if (column >= 0) {
      at = labels.valueStart(column, at);
    } else {
      if (code === QUOTE) {
        cursor.at = at;
        name = readQuoted(cursor, lenient ? 'refuse' : 'keep');
        at = cursor.at;
        if (mayName && text.charCodeAt(skipBlanks(text, at)) !== EQUALS) {
          mayName = false;
          needsComma = true;
          afterComma = false;
          continue;
        }
        checkLabelName(cursor, name, nameStart, rules);
      } else {
        at = labelNameEnd(text, at);
        if (at === nameStart) cursor.fail('a label name', at);
        nameEnd = at;
      }
      if (lenient) at = skipBlanks(text, at);
      if (text.charCodeAt(at) !== EQUALS) cursor.fail('"=" after the label name', at);
      at++;
      if (lenient) at = skipBlanks(text, at);
      if (text.charCodeAt(at) !== QUOTE) cursor.fail('a label value in double quotes', at);
      at++;
    }

    const lastEnd = column < 0 ? -1 : labels.lastValueEnd(column, text, at);
    if (lastEnd >= 0) {
      at = lastEnd;
      if (!labels.addLast(column)) cursor.fail('each label once', nameStart);
      comparableEnd = isComparable && partValue === undefined ? at + 1 : -1;
    } else {
      const valueStart = at;
      let valueCode = text.charCodeAt(at);
      while (valueCode !== QUOTE && valueCode !== BACKSLASH && valueCode !== NEWLINE) valueCode = text.charCodeAt(++at);
      if (valueCode !== QUOTE) at = quotedEnd(cursor, at, lenient ? 'refuse' : 'keep');
      const isPlain = valueCode === QUOTE;
      const written = text.slice(valueStart, at);
      if (column < 0 && partLabel !== undefined && isName(partLabel, text, nameStart, nameEnd, name)) {
        if (partValue !== undefined) cursor.fail('each label once', nameStart);
        partValue = isPlain ? written : unescape(written);
      } else {
        if (column < 0) {
          refuseMetricNameLabel(cursor, nameStart, nameEnd, name);
          column = labels.columnOf(name ?? text.slice(nameStart, nameEnd));
        }
        const isFirst = isPlain ? labels.addPlain(column, written) : labels.add(column, unescape(written));
        if (!isFirst) cursor.fail('each label once', nameStart);
        comparableEnd = isComparable && partValue === undefined ? at + 1 : -1;
      }
    }
    at++;
    needsComma = true;
    afterComma = false;
  }
}

/** Reads labels that belong to an exemplar, from the opening brace to the closing one. */
export function readExemplarLabels(cursor: TextCursor, rules: LabelRules): Label[] {
  const labels: Label[] = [];
  const seen = new Set<string>();
  cursor.at++;
  while (cursor.text.charCodeAt(cursor.at) !== CLOSE_BRACE) {
    if (labels.length > 0) cursor.take(COMMA, '"," or "}"');
    const start = cursor.at;
    const name = readLabelName(cursor, rules);
    cursor.take(EQUALS, '"=" after the label name');
    const value = readQuoted(cursor, 'keep');
    if (seen.has(name)) cursor.fail('each label once', start);
    seen.add(name);
    labels.push({ name: detached(name), value: detached(value) });
  }
  cursor.at++;
  return labels;
}

/** Reads the name of a metric, in quotes or not, and goes behind it. */
export function readMetricName(cursor: TextCursor, rules: LabelRules): string {
  const { text, at } = cursor;
  if (text.charCodeAt(at) === QUOTE) return readQuotedMetricName(cursor, rules);
  cursor.at = metricNameEnd(text, at);
  if (cursor.at === at) cursor.fail('a metric name');
  return text.slice(at, cursor.at);
}

function readQuotedMetricName(cursor: TextCursor, { lenient, utf8 }: LabelRules): string {
  const { at } = cursor;
  const name = readQuoted(cursor, lenient ? 'refuse' : 'keep');
  const isClassic = name !== '' && metricNameEnd(`${name}\n`, 0) === name.length;
  if (name === '' || (!isClassic && !utf8)) cursor.fail('a metric name', at);
  return name;
}

/** The name of the metric that stands in quotes somewhere between braces. The cursor is at the opening one, and stays. */
export function findQuotedMetricName(cursor: TextCursor, rules: LabelRules): string {
  const { text, at: start } = cursor;
  for (cursor.at = start + 1; ; cursor.at++) {
    const code = text.charCodeAt(cursor.at);
    if (code === CLOSE_BRACE || code === NEWLINE) cursor.fail('the name of the metric in double quotes');
    if (code !== QUOTE) continue;
    const quote = cursor.at;
    cursor.at = quotedEnd(cursor, quote + 1, 'refuse') + 1;
    const next = text.charCodeAt(skipBlanks(text, cursor.at));
    if (next === COMMA || next === CLOSE_BRACE) {
      if (isValue(text, quote)) {
        cursor.at--;
        continue;
      }
      cursor.at = quote;
      const name = readQuotedMetricName(cursor, rules);
      cursor.at = start;
      return name;
    }
    cursor.at--;
  }
}

/** Whether what is quoted is the value of a label: an equals sign precedes it. */
function isValue(text: string, quote: number): boolean {
  let before = quote - 1;
  while (text[before] === ' ' || text[before] === '\t') before--;
  return text.charCodeAt(before) === EQUALS;
}

function readLabelName(cursor: TextCursor, rules: LabelRules): string {
  const { text, at } = cursor;
  if (text.charCodeAt(at) !== QUOTE) {
    cursor.at = labelNameEnd(text, at);
    if (cursor.at === at) cursor.fail('a label name', at);
    return text.slice(at, cursor.at);
  }
  const name = readQuoted(cursor, rules.lenient ? 'refuse' : 'keep');
  checkLabelName(cursor, name, at, rules);
  return name;
}

function checkLabelName(cursor: TextCursor, name: string, at: number, { utf8 }: LabelRules): void {
  const isClassic = name !== '' && labelNameEnd(`${name}\n`, 0) === name.length;
  if (name === '' || (!isClassic && !utf8)) cursor.fail('a label name', at);
}

function isName(expected: string, text: string, start: number, end: number, quoted: string | undefined): boolean {
  if (quoted !== undefined) return quoted === expected;
  return expected.length === end - start && text.startsWith(expected, start);
}

/** The name of the metric is a label to the server, which nobody else may use. */
function refuseMetricNameLabel(cursor: TextCursor, start: number, end: number, quoted: string | undefined): void {
  // Most names begin with something else: one comparison is all they cost.
  if (quoted === undefined && cursor.text.charCodeAt(start) !== UNDERSCORE) return;
  if (isName('__name__', cursor.text, start, end, quoted)) {
    cursor.fail('a label name that is not reserved', start);
  }
}

const UNDERSCORE = 95;

/** Moves over commas that nothing but the closing brace follows. */
function skipLastCommas(cursor: TextCursor, at: number): number {
  const { text } = cursor;
  const start = at;
  while (text.charCodeAt(at) === COMMA) at = skipBlanks(text, at + 1);
  if (text.charCodeAt(at) !== CLOSE_BRACE) cursor.fail('a label name', start);
  return at;
}
