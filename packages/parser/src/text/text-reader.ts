import { flatCopy, type MetricFamily, type MetricType } from '@promwright/model';
import type { FamilyBuilder } from '../columns/family-builder.ts';
import { TemplateCache } from '../columns/template-cache.ts';
import {
  HASH,
  knownNameEnd,
  metricNameEnd,
  NEWLINE,
  NINE,
  OPEN_BRACE,
  QUOTE,
  SPACE,
  skipBlanks,
  TAB,
  ZERO,
} from '../tokens/char-codes.ts';
import { readNumber } from '../tokens/read-number.ts';
import { undoEscapes } from '../tokens/read-quoted.ts';
import { TextCursor } from '../tokens/text-cursor.ts';
import type { DocumentReader } from './document-reader.ts';
import type { LabelRules } from './label-rules.ts';
import { readLooseLabels } from './read-labels.ts';
import { findQuotedMetricName, readMetricName } from './read-metric-name.ts';
import { readSeriesLabels } from './read-series-labels.ts';
import { type SampleRole, TEXT_SUFFIXES } from './sample-role.ts';
import { TextFamily } from './text-family.ts';

const TYPES: ReadonlyMap<string, MetricType> = new Map([
  ['counter', 'counter'],
  ['gauge', 'gauge'],
  ['histogram', 'histogram'],
  ['gauge_histogram', 'gaugehistogram'],
  ['summary', 'summary'],
  ['untyped', 'unknown'],
]);

/** Options of {@link TextReader}. */
export interface TextReaderOptions {
  /** True if names may contain any character. */
  readonly utf8: boolean;
  /**
   * True to emit a family as soon as samples of another family begin, and to emit it again if more of its samples follow later.
   * False to emit each family once, at the end.
   */
  readonly early: boolean;
}

/** Reads text 0.0.4 and text 1.0.0. The only difference: writers of the latter may use quoted names. */
export class TextReader implements DocumentReader {
  readonly #cursor = new TextCursor();
  readonly #rules: LabelRules;
  readonly #early: boolean;
  readonly #families = new Map<string, TextFamily>();
  readonly #emitted = new Set<TextFamily>();
  #done: MetricFamily[] = [];
  readonly #templates = new TemplateCache();
  // Family of the last HELP or TYPE line, and its name if written without quotes: usually the next line has the same family.
  #described: TextFamily | undefined;
  #describedName = '';
  // Name, family and role of the last sample: usually the next sample repeats them.
  #sampleName = '';
  #family: TextFamily | undefined;
  #role: SampleRole = 'value';

  constructor({ utf8, early }: TextReaderOptions) {
    this.#rules = { lenient: true, utf8 };
    this.#early = early;
  }

  get line(): number {
    return this.#cursor.line;
  }

  push(lines: string): void {
    const cursor = this.#cursor;
    cursor.feed(lines);
    while (cursor.at < lines.length) {
      cursor.at = skipBlanks(lines, cursor.at);
      const code = lines.charCodeAt(cursor.at);
      if (code === HASH) this.#readComment();
      else if (code !== NEWLINE) this.#readSample();
      cursor.nextLine();
    }
    this.#templates.clear();
  }

  end(rest: string): void {
    const cursor = this.#cursor;
    if (skipBlanks(`${rest}\n`, 0) < rest.length) {
      // An error inside the line is more useful than the missing newline, so it is reported first.
      this.push(`${rest}\n`);
      cursor.line--;
      cursor.lineStart = 0;
      cursor.fail('a line feed at the end', rest.length, 'the end of the document');
    }
    for (const family of this.#families.values()) {
      if (!this.#emitted.has(family) || family.builder !== undefined) this.#emit(family);
    }
  }

  take(): MetricFamily[] {
    const done = this.#done;
    this.#done = [];
    return done;
  }

  #emit(family: TextFamily): void {
    if (this.#early) this.#emitted.add(family);
    this.#done.push(family.finish(this.#cursor));
  }

  #readComment(): void {
    const cursor = this.#cursor;
    const { text } = cursor;
    const lineEnd = cursor.lineEnd();
    const word = skipBlanks(text, cursor.at + 1);
    const isHelp = text.startsWith('HELP', word);
    const follows = text.charCodeAt(word + 4);
    if ((!isHelp && !text.startsWith('TYPE', word)) || (follows !== SPACE && follows !== TAB)) {
      cursor.at = lineEnd;
      return;
    }
    cursor.at = skipBlanks(text, word + 4);
    // Ignores a line that ends too early, as Prometheus' Go library does.
    if (cursor.at === lineEnd) return;
    const nameStart = cursor.at;
    const knownEnd = knownNameEnd(text, nameStart, this.#describedName);
    let family = this.#described;
    if (family === undefined || knownEnd < 0 || text.charCodeAt(knownEnd) === OPEN_BRACE) {
      const name = readMetricName(cursor, this.#rules);
      if (cursor.at === lineEnd) return;
      if (!isBlank(text.charCodeAt(cursor.at))) cursor.fail('a metric name', nameStart);
      family = this.#familyOfName(name);
      this.#described = family;
      // Does not note a name in quotes, because it may be invalid without quotes.
      this.#describedName = text.charCodeAt(nameStart) === QUOTE ? '' : family.name;
    } else {
      cursor.at = knownEnd;
    }
    cursor.at = skipBlanks(text, cursor.at);
    if (cursor.at === lineEnd) return;

    if (isHelp) {
      if (family.help !== undefined) cursor.fail(`one HELP for "${family.name}"`, word, 'another');
      family.help = flatCopy(undoEscapes(text.slice(cursor.at, lineEnd)));
    } else {
      if (family.type !== undefined) cursor.fail(`one TYPE for "${family.name}", before its samples`, word, 'another');
      const type = TYPES.get(text.slice(cursor.at, blanksStart(text, lineEnd)).toLowerCase());
      if (type === undefined) cursor.fail('counter, gauge, histogram, gauge_histogram, summary or untyped');
      family.type = type;
      // Forgets the last sample's name: with the type known, it may be the name of a sample of this family.
      this.#sampleName = '';
    }
    cursor.at = lineEnd;
  }

  #readSample(): void {
    const cursor = this.#cursor;
    const { text, at: start } = cursor;
    const inside = text.charCodeAt(start) === OPEN_BRACE;
    if (inside) {
      this.#switchTo(findQuotedMetricName(cursor, this.#rules));
      // Does not note a name in quotes, because it may be invalid without quotes.
      this.#sampleName = '';
    } else {
      let end = knownNameEnd(text, start, this.#sampleName);
      if (end < 0) {
        end = knownNameEnd(text, start, this.#describedName);
        if (end >= 0) {
          this.#enter(this.#described!, 'value', this.#describedName);
        } else {
          end = metricNameEnd(text, start);
          if (end === start) cursor.fail('a metric name');
          this.#switchTo(text.slice(start, end));
        }
      }
      cursor.at = skipBlanks(text, end);
    }
    const family = this.#family!;
    const builder = family.start(this.#templates, cursor);
    const partValue = inside ? this.#readLabelsAndName(builder) : readSeriesLabels(cursor, builder.series, this.#rules);
    cursor.at = skipBlanks(text, cursor.at);
    const value = readNumber(cursor, 'a number');
    let timestampMs = Number.NaN;
    let code = text.charCodeAt(cursor.at);
    if (code !== NEWLINE) {
      if (!isBlank(code)) cursor.fail('a number');
      cursor.at = skipBlanks(text, cursor.at);
      code = text.charCodeAt(cursor.at);
      if (code !== NEWLINE) timestampMs = this.#readTimestamp();
    }
    family.add(cursor, start, this.#role, partValue, value, timestampMs);
    builder.consumed += cursor.at - start;
  }

  #readLabelsAndName({ series }: FamilyBuilder): string | undefined {
    series.diverge();
    this.#cursor.at++;
    return readLooseLabels(this.#cursor, series.labels, this.#rules, series.partLabel, true);
  }

  /** Reads an integer in milliseconds. Accepts times before 1970, which are negative; Prometheus' server cannot read them. */
  #readTimestamp(): number {
    const cursor = this.#cursor;
    const { text, at: start } = cursor;
    const lineEnd = cursor.lineEnd();
    let end = start;
    while (end < lineEnd && !isBlank(text.charCodeAt(end))) end++;
    const token = text.slice(start, end);
    const ms = Number(token);
    if (!isInteger(token) || Math.abs(ms) > MAX_INT64) cursor.fail('a timestamp in milliseconds, an integer');
    cursor.at = skipBlanks(text, end);
    if (cursor.at !== lineEnd) cursor.fail('nothing after the timestamp');
    return ms;
  }

  /** Makes the family of a sample's name the current family. */
  #switchTo(sampleName: string): void {
    this.#role = 'value';
    const exact = this.#families.get(sampleName);
    const family = exact ?? this.#familyOfSuffixed(sampleName) ?? this.#familyOfName(sampleName);
    this.#enter(family, this.#role, family === exact ? family.name : flatCopy(sampleName));
  }

  #enter(family: TextFamily, role: SampleRole, sampleName: string): void {
    const before = this.#family;
    this.#family = family;
    this.#role = role;
    this.#sampleName = sampleName;
    if (before?.builder === undefined || before === family) return;
    this.#templates.add(before.builder.series.seal());
    if (this.#early) this.#emit(before);
  }

  /** Returns the histogram or summary that a sample belongs to by its suffix. */
  #familyOfSuffixed(sampleName: string): TextFamily | undefined {
    for (const [suffix, role] of TEXT_SUFFIXES) {
      if (!sampleName.endsWith(suffix)) continue;
      const family = this.#families.get(sampleName.slice(0, -suffix.length));
      const fits =
        family?.type === 'histogram' ||
        family?.type === 'gaugehistogram' ||
        (family?.type === 'summary' && role !== 'bucket');
      if (!fits) return undefined;
      this.#role = role;
      return family;
    }
    return undefined;
  }

  #familyOfName(name: string): TextFamily {
    const known = this.#families.get(name);
    if (known !== undefined) return known;
    const family = new TextFamily(flatCopy(name));
    this.#families.set(family.name, family);
    // Forgets the last sample's name: until now, a sample of the new family's name may have belonged to another family.
    this.#sampleName = '';
    return family;
  }
}

const MAX_INT64 = 2 ** 63;

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** Returns the start of the blanks that end at `end`. */
function blanksStart(text: string, end: number): number {
  while (isBlank(text.charCodeAt(end - 1))) end--;
  return end;
}

/** Returns true if a string consists of digits, perhaps with a sign before them. */
function isInteger(text: string): boolean {
  const first = text.startsWith('-') || text.startsWith('+') ? 1 : 0;
  for (let at = first; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < ZERO || code > NINE) return false;
  }
  return text.length > first;
}
