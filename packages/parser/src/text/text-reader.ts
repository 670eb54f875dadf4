import { describeValue, flatCopy, type MetricFamily, type MetricType } from '@promwright/model';
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
import { parseNumber, readNumber } from '../tokens/read-number.ts';
import { undoHelpEscapes } from '../tokens/read-quoted.ts';
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
  ['summary', 'summary'],
  ['untyped', 'unknown'],
]);

/** Options of {@link TextReader}. */
export interface TextReaderOptions {
  /** True if names may contain any character. */
  readonly utf8: boolean;
  /** True to refuse also documents that Prometheus' Go library refuses. */
  readonly strict: boolean;
  /**
   * True to emit a family as soon as samples of another family begin, and to emit it again if more of its samples follow later.
   * False to emit each family once, at the end.
   */
  readonly early: boolean;
}

/**
 * Reads text 0.0.4 and text 1.0.0 as Prometheus' server reads them. The only difference between the two: writers of the latter
 * may use quoted names.
 */
export class TextReader implements DocumentReader {
  readonly #cursor = new TextCursor();
  readonly #rules: LabelRules;
  readonly #strict: boolean;
  readonly #early: boolean;
  readonly #families = new Map<string, TextFamily>();
  /** Families of samples that had no place in the family that their names belong to, by the names of the samples. */
  readonly #misfits = new Map<string, TextFamily>();
  readonly #emitted = new Set<TextFamily>();
  #done: MetricFamily[] = [];
  readonly #templates = new TemplateCache();
  /** Start of a sample that ended between quotes in the last chunk, where the next chunk goes on. */
  #unfinished = '';
  /** Length of the text for which it is worth reading the unfinished sample again. */
  #retryLength = 0;
  /** Number and start of the current line, also if it is broken between quotes. */
  #line = 1;
  #lineStart = 0;
  /** True after the character NUL outside quotes, where Prometheus' server ends the document. */
  #ended = false;
  // Family of the last HELP or TYPE line, and its name if written without quotes: usually the next line has the same family.
  #described: TextFamily | undefined;
  #describedName = '';
  // Name, family and role of the last sample: usually the next sample repeats them.
  #sampleName = '';
  #family: TextFamily | undefined;
  #role: SampleRole = 'value';

  constructor({ utf8, strict, early }: TextReaderOptions) {
    this.#rules = { lenient: true, strict, quoted: strict ? 'go-library' : 'server', utf8 };
    this.#strict = strict;
    this.#early = early;
  }

  get line(): number {
    return this.#cursor.line;
  }

  push(lines: string): void {
    this.#unfinished += lines;
    // Reads an unfinished sample again only when the text has doubled, so that the work grows no faster than the document.
    if (this.#unfinished.length < this.#retryLength || this.#unfinished === '') return;
    const text = this.#unfinished;
    this.#unfinished = '';
    this.#retryLength = 0;
    try {
      this.#read(text);
    } catch (error) {
      if (!this.#cursor.endsInQuotes) throw error;
      this.#cursor.line = this.#line;
      this.#unfinished = text.slice(this.#lineStart);
      this.#retryLength = 2 * this.#unfinished.length;
    }
    this.#templates.clear();
  }

  end(rest: string): void {
    const text = this.#unfinished + rest;
    if (text !== '') this.#read(text.endsWith('\n') ? text : `${text}\n`);
    if (this.#strict && skipBlanks(`${rest}\n`, 0) < rest.length) {
      // An error inside the line is more useful than the missing newline, so it is reported first.
      const cursor = this.#cursor;
      cursor.line--;
      cursor.lineStart = 0;
      cursor.fail('a line feed at the end', rest.length, 'the end of the document');
    }
    this.#endDocument();
  }

  take(): MetricFamily[] {
    const done = this.#done;
    this.#done = [];
    return done;
  }

  #read(lines: string): void {
    const cursor = this.#cursor;
    cursor.feed(lines);
    // After the end, the Go library goes on.
    while (cursor.at < lines.length && (!this.#ended || this.#strict)) {
      this.#line = cursor.line;
      this.#lineStart = cursor.at;
      cursor.at = skipBlanks(lines, cursor.at);
      const code = lines.charCodeAt(cursor.at);
      if (code === HASH) {
        this.#readComment();
        cursor.ignoreIllFormedBefore(cursor.at);
      } else if (code === NUL) {
        if (this.#strict) cursor.fail('a line of text', cursor.at, 'the character NUL');
        this.#endDocument();
      } else if (code !== NEWLINE) {
        this.#readSample();
        cursor.checkWellFormed(cursor.at);
      }
      cursor.nextLine();
    }
  }

  #endDocument(): void {
    for (const family of [...this.#families.values(), ...this.#misfits.values()]) {
      if (!this.#emitted.has(family) || family.builder !== undefined) this.#emit(family);
    }
    this.#ended = true;
  }

  #emit(family: TextFamily): void {
    if (this.#ended) return;
    if (this.#early) this.#emitted.add(family);
    this.#done.push(family.finish(this.#cursor));
  }

  /** Reads a line that begins with `#`. */
  #readComment(): void {
    const cursor = this.#cursor;
    const { text, at: start } = cursor;
    const word = skipBlanks(text, start + 1);
    const isHelp = text.startsWith('HELP', word);
    const isDescriptor = (isHelp || text.startsWith('TYPE', word)) && isBlank(text.charCodeAt(word + 4));
    // Without a blank after "#", the line is a comment for the server, and a HELP or TYPE line for the Go library.
    if (isDescriptor && (this.#strict || word > start + 1)) {
      this.#readDescriptor(isHelp, start, word);
      return;
    }
    const lineEnd = cursor.lineEnd();
    if (word === start + 1) {
      const nul = text.slice(start, lineEnd).indexOf('\0');
      if (nul >= 0) this.#endDocument();
    }
    cursor.at = lineEnd;
  }

  #readDescriptor(isHelp: boolean, start: number, word: number): void {
    const cursor: TextCursor = this.#cursor;
    const { text } = cursor;
    cursor.at = skipBlanks(text, word + 4);
    const nameStart = cursor.at;
    const name = this.#readDescribedName();
    const nameEnd = cursor.at;
    const lineEnd = cursor.lineEnd();
    const isSeparated = nameEnd === lineEnd || isBlank(text.charCodeAt(nameEnd));
    if (this.#strict && !isSeparated) cursor.fail('a metric name', nameStart);
    // One character separates the name from the content, whichever it is.
    const contentStart = skipBlanks(text, nameEnd) === lineEnd ? lineEnd : nameEnd + 1;
    const content = text.slice(contentStart, lineEnd);
    cursor.at = lineEnd;
    if (isHelp) {
      // The server separates one byte, and then finds the rest of a longer character.
      if (text.charCodeAt(nameEnd) > 127) cursor.fail('a blank after the name', nameEnd);
      cursor.checkWellFormed(name === undefined ? nameStart : lineEnd);
      if (this.#strict && hasUnknownEscape(content)) {
        cursor.fail('one of the escapes \\\\, \\" and \\n', contentStart);
      }
      if (name !== undefined) this.#setHelp(name, flatCopy(undoHelpEscapes(content)), word);
    } else {
      const isComment = word === start + 1;
      const type = isComment ? typeOfGoLibrary(content) : TYPES.get(content);
      if (type === undefined) {
        const expected = 'counter, gauge, histogram, summary or untyped, one character after the name';
        cursor.fail(expected, contentStart, content === '' ? 'the end of the line' : describeValue(content));
      }
      if (name !== undefined) this.#setType(name, type, word);
    }
    if (name === undefined) return;
    this.#described = this.#families.get(name);
    // Does not note a name in quotes, because it may be invalid without quotes.
    this.#describedName = text.charCodeAt(nameStart) === QUOTE ? '' : (this.#described?.name ?? '');
  }

  /** Reads the name in a HELP or TYPE line. Returns undefined for a quoted name that no metric can have. */
  #readDescribedName(): string | undefined {
    const cursor = this.#cursor;
    const { text, at: start } = cursor;
    const knownEnd = knownNameEnd(text, start, this.#describedName);
    if (knownEnd >= 0) {
      cursor.at = knownEnd;
      return this.#describedName;
    }
    if (text.charCodeAt(start) === QUOTE && !this.#strict) {
      const isEmpty = text.charCodeAt(start + 1) === QUOTE;
      if (isEmpty) cursor.at += 2;
      const name = isEmpty ? '' : readMetricName(cursor, this.#rules);
      return isEmpty || !name.isWellFormed() ? undefined : name;
    }
    return readMetricName(cursor, this.#rules);
  }

  #setHelp(name: string, help: string, at: number): void {
    // For the Go library, the suffix of a histogram or summary makes this a HELP of the histogram or summary.
    const family = this.#strict ? this.#familyOfSample(name) : this.#families.get(name);
    if (help === '') {
      if (family !== undefined && !this.#strict) family.help = undefined;
      return;
    }
    if (this.#strict && family?.help !== undefined) this.#cursor.fail(`one HELP for "${family.name}"`, at, 'another');
    (family ?? this.#familyOfName(name)).help = help;
  }

  #setType(name: string, type: MetricType, at: number): void {
    if (this.#strict) {
      const family = this.#familyOfSample(name);
      if (family?.type !== undefined) {
        this.#cursor.fail(`one TYPE for "${family.name}", before its samples`, at, 'another');
      }
    }
    this.#familyOfName(name).setType(type);
    // Forgets the last sample's name: with the type known, it may be the name of a sample of this family.
    this.#sampleName = '';
  }

  #readSample(): void {
    const cursor = this.#cursor;
    const { text, at: start } = cursor;
    const inside = text.charCodeAt(start) === OPEN_BRACE;
    let name = this.#sampleName;
    if (inside) {
      name = findQuotedMetricName(cursor, this.#rules);
      this.#switchTo(name);
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
        name = this.#sampleName;
      }
      cursor.at = skipBlanks(text, end);
    }
    const labelsStart = cursor.at;
    if (this.#readSampleOf(this.#family!, this.#role, inside, start)) return;
    // Reads the labels again, for another family: the part label is a label like any other there.
    cursor.at = labelsStart;
    this.#readSampleOf(this.#misfitsOf(name), 'value', inside, start);
  }

  /** Reads a sample from its labels on. Returns false if the family has no place for the sample. */
  #readSampleOf(family: TextFamily, role: SampleRole, inside: boolean, start: number): boolean {
    const cursor = this.#cursor;
    const { text } = cursor;
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
      if (code !== NEWLINE || this.#strict) timestampMs = this.#readTimestamp();
    }
    if (this.#strict) this.#checkForGoLibrary(family, role, partValue, value, start);
    builder.consumed += cursor.at - start;
    return family.add(role, partValue, value, timestampMs);
  }

  #readLabelsAndName({ series }: FamilyBuilder): string | undefined {
    series.diverge();
    this.#cursor.at++;
    return readLooseLabels(this.#cursor, series.labels, this.#rules, series.partLabel, true);
  }

  /** Reads an integer without a sign, in milliseconds. */
  #readTimestamp(): number {
    const cursor = this.#cursor;
    const { text, at: start } = cursor;
    let end = start;
    while (isDigit(text.charCodeAt(end))) end++;
    const digits = text.slice(start, end);
    const ms = Number(digits);
    const isTooLarge = ms >= 2 ** 63 && (ms > 2 ** 63 || BigInt(digits) >= 2n ** 63n);
    if (end === start || isTooLarge || !isBlankOrEnd(text.charCodeAt(end))) {
      cursor.fail('a timestamp in milliseconds, digits only');
    }
    cursor.at = skipBlanks(text, end);
    if (text.charCodeAt(cursor.at) !== NEWLINE) cursor.fail('nothing after the timestamp');
    if (this.#strict && cursor.at !== end) cursor.fail('nothing after the timestamp', end, 'a blank');
    return ms;
  }

  /** Refuses samples of histograms and summaries that the Go library refuses. */
  #checkForGoLibrary(
    family: TextFamily,
    role: SampleRole,
    partValue: string | undefined,
    value: number,
    start: number,
  ): void {
    if (family.partLabel === undefined) return;
    const cursor = this.#cursor;
    const bound = partValue === undefined ? Number.NaN : parseNumber(partValue);
    if (bound === undefined) {
      cursor.fail(`a number as label "${family.partLabel}"`, start, describeValue(partValue));
    }
    if (family.partLabel !== 'le' || role === 'sum' || !(value < 0)) return;
    if (role === 'count') cursor.fail('a non-negative count of a histogram', start, String(value));
    if (!Number.isNaN(bound)) cursor.fail('a non-negative bucket of a histogram', start, String(value));
  }

  /** Makes the family of a sample's name the current family. */
  #switchTo(sampleName: string): void {
    const exact = this.#families.get(sampleName);
    if (exact !== undefined) {
      this.#enter(exact, 'value', exact.name);
      return;
    }
    const { family, role } = this.#ownerOfSuffixed(sampleName) ?? {
      family: this.#familyOfName(sampleName),
      role: 'value',
    };
    this.#enter(family, role, flatCopy(sampleName));
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

  /** Returns the family that samples of a name belong to, if there is one. */
  #familyOfSample(sampleName: string): TextFamily | undefined {
    return this.#families.get(sampleName) ?? this.#ownerOfSuffixed(sampleName)?.family;
  }

  /** Returns the histogram or summary that a sample belongs to by its suffix, and the sample's role there. */
  #ownerOfSuffixed(sampleName: string): { readonly family: TextFamily; readonly role: SampleRole } | undefined {
    for (const [suffix, role] of TEXT_SUFFIXES) {
      if (!sampleName.endsWith(suffix)) continue;
      const family = this.#families.get(sampleName.slice(0, -suffix.length));
      const fits =
        family?.type === 'histogram' ||
        family?.type === 'gaugehistogram' ||
        (family?.type === 'summary' && role !== 'bucket');
      return fits ? { family, role } : undefined;
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

  /** Returns the family of type unknown for samples of a name that have no place in a histogram or summary. */
  #misfitsOf(sampleName: string): TextFamily {
    let family = this.#misfits.get(sampleName);
    if (family === undefined) {
      family = new TextFamily(flatCopy(sampleName));
      this.#misfits.set(family.name, family);
    }
    return family;
  }
}

const NUL = 0;

/** Reads the type in a line that only the Go library reads as a TYPE line: in any letter case. */
function typeOfGoLibrary(content: string): MetricType | undefined {
  const type = content.replace(/^[ \t]+/, '').toLowerCase();
  return type === 'gauge_histogram' || type === 'gaugehistogram' ? 'gaugehistogram' : TYPES.get(type);
}

function hasUnknownEscape(help: string): boolean {
  return help.includes('\\') && /\\(?:[^\\n"]|$)/.test(help.replaceAll('\\\\', ''));
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

function isBlankOrEnd(code: number): boolean {
  return code === NEWLINE || isBlank(code);
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}
