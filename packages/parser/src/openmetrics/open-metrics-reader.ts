import { describeValue, flatCopy, type MetricFamily, type MetricType } from '@promwright/model';
import type { FamilyBuilder } from '../columns/family-builder.ts';
import { TemplateCache } from '../columns/template-cache.ts';
import type { DocumentReader } from '../text/document-reader.ts';
import type { LabelRules } from '../text/label-rules.ts';
import { readLabels } from '../text/read-labels.ts';
import { readMetricName } from '../text/read-metric-name.ts';
import { readSeriesLabels } from '../text/read-series-labels.ts';
import type { SampleRole } from '../text/sample-role.ts';
import { HASH, knownNameEnd, metricNameEnd, OPEN_BRACE, QUOTE, SPACE } from '../tokens/char-codes.ts';
import { undoEscapes } from '../tokens/read-quoted.ts';
import { TextCursor } from '../tokens/text-cursor.ts';
import { OpenMetricsFamily, type OpenMetricsRules } from './open-metrics-family.ts';
import { SampleTail } from './sample-tail.ts';

const TYPES: ReadonlySet<string> = new Set<MetricType>([
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
  'unknown',
]);
const EXPECTED_DESCRIPTOR = '"# TYPE ", "# UNIT ", "# HELP " or "# EOF"';

/** Options of {@link OpenMetricsReader}. */
export interface OpenMetricsReaderOptions extends OpenMetricsRules {
  /** True if names may contain any character. */
  readonly utf8: boolean;
}

/**
 * Reads OpenMetrics 1.0 or 2.0. Refuses everything that the specification calls invalid, except for repeated samples of version 1.0
 * unless `strict`.
 */
export class OpenMetricsReader implements DocumentReader {
  readonly #cursor = new TextCursor();
  readonly #version: OpenMetricsRules;
  readonly #rules: LabelRules;
  /** Names of all families so far and of their samples. */
  readonly #names = new Set<string>();
  #done: MetricFamily[] = [];
  #ended = false;
  #family: OpenMetricsFamily | undefined;
  readonly #templates = new TemplateCache();
  // Name of the last sample: usually the next sample has the same name.
  #sampleName = '';
  readonly #tail: SampleTail;
  #role: SampleRole = 'value';

  constructor({ version2, strict, utf8 }: OpenMetricsReaderOptions) {
    this.#version = { version2, strict };
    this.#rules = { lenient: false, strict: true, quoted: 'openmetrics', utf8 };
    this.#tail = new SampleTail(version2, this.#rules);
  }

  get line(): number {
    return this.#cursor.line;
  }

  push(lines: string): void {
    const cursor = this.#cursor;
    cursor.feed(lines);
    cursor.checkWellFormed();
    while (cursor.at < lines.length) {
      if (this.#ended) cursor.fail('nothing after "# EOF"');
      if (lines.charCodeAt(cursor.at) === HASH) this.#readDescriptor();
      else this.#readSample();
      cursor.nextLine();
    }
    this.#templates.clear();
  }

  end(rest: string): void {
    const cursor = this.#cursor;
    if (rest !== '') this.push(`${rest}\n`);
    if (!this.#ended) cursor.fail('"# EOF" at the end', cursor.at, 'the end of the document');
  }

  take(): MetricFamily[] {
    const done = this.#done;
    this.#done = [];
    return done;
  }

  #readDescriptor(): void {
    const cursor = this.#cursor;
    const { text, at: start } = cursor;
    if (cursor.takeIf('# EOF\n')) {
      cursor.at--;
      this.#ended = true;
      this.#closeFamily();
      return;
    }
    const keyword = text.slice(start + 2, start + 6);
    if (!cursor.takeIf('# TYPE ') && !cursor.takeIf('# UNIT ') && !cursor.takeIf('# HELP ')) {
      cursor.fail(EXPECTED_DESCRIPTOR);
    }
    const quoted = text.charCodeAt(cursor.at) === QUOTE;
    const name = this.#readDescribedName();
    cursor.take(SPACE, 'a space after the name');
    const lineEnd = cursor.lineEnd();
    const content = text.slice(cursor.at, lineEnd);
    if (this.#family?.name !== name) this.#openFamily(name, quoted, start);
    const family = this.#family!;
    this.#checkQuotes(quoted, start);
    if (family.builder !== undefined) {
      cursor.fail(`descriptors of "${name}" before its samples`, start);
    }
    if (keyword === 'TYPE') this.#setType(family, content, start);
    else if (keyword === 'HELP') {
      if (family.help !== undefined) cursor.fail(`one HELP for "${name}"`, start, 'another');
      family.help = flatCopy(undoEscapes(content));
    } else this.#setUnit(family, content, start);
    cursor.at = lineEnd;
  }

  /** Reads the name in a descriptor, which is usually the name of the current family. */
  #readDescribedName(): string {
    const cursor = this.#cursor;
    const family = this.#family;
    if (family === undefined || family.quoted) return readMetricName(cursor, this.#rules);
    const end = knownNameEnd(cursor.text, cursor.at, family.name);
    if (end < 0) return readMetricName(cursor, this.#rules);
    cursor.at = end;
    return family.name;
  }

  #setType(family: OpenMetricsFamily, content: string, start: number): void {
    const cursor = this.#cursor;
    if (!TYPES.has(content))
      cursor.fail(`one of the types ${[...TYPES].join(', ')}`, cursor.at, describeValue(content));
    if (family.type !== undefined) cursor.fail(`one TYPE for "${family.name}"`, start, 'another');
    family.type = content as MetricType;
  }

  #setUnit(family: OpenMetricsFamily, content: string, start: number): void {
    const cursor = this.#cursor;
    if (family.unit !== undefined) cursor.fail(`one UNIT for "${family.name}"`, start, 'another');
    // A unit, unlike a name, may begin with a digit.
    if (metricNameEnd(`_${content}\n`, 0) !== content.length + 1) {
      cursor.fail('a unit', cursor.at, describeValue(content));
    }
    family.unit = flatCopy(content);
  }

  #readSample(): void {
    const cursor = this.#cursor;
    const { text, at: start } = cursor;
    const quoted = text.charCodeAt(start) === OPEN_BRACE;
    if (quoted) {
      cursor.at++;
      if (text.charCodeAt(cursor.at) !== QUOTE) cursor.fail('the name of the metric in double quotes');
      this.#switchTo(readMetricName(cursor, this.#rules), true, start);
      // The same name may be invalid without quotes.
      this.#sampleName = '';
    } else {
      let end = knownNameEnd(text, start, this.#sampleName);
      if (end < 0) {
        end = metricNameEnd(text, start);
        if (end === start) cursor.fail('a metric name, or "#"');
        this.#switchTo(text.slice(start, end), false, start);
      }
      cursor.at = end;
    }
    this.#checkQuotes(quoted, start);
    const family = this.#family!;
    const builder = family.start(this.#templates, cursor);
    const partValue = quoted
      ? this.#readLabelsBehindName(builder)
      : readSeriesLabels(cursor, builder.series, this.#rules);
    const tail = this.#tail;
    tail.read(cursor);
    family.add(cursor, start, this.#role, partValue, tail);
    builder.consumed += cursor.at - start;
  }

  #readLabelsBehindName({ series }: FamilyBuilder): string | undefined {
    series.diverge();
    return readLabels(this.#cursor, series.labels, this.#rules, series.partLabel, true);
  }

  /** Makes the family of a sample's name the current family. */
  #switchTo(sampleName: string, quoted: boolean, start: number): void {
    const cursor = this.#cursor;
    let role = this.#family?.roleOf(sampleName);
    if (role === undefined) {
      if (this.#family?.name === sampleName) {
        const suffixed = this.#family
          .names()
          .slice(1)
          .map((name) => `"${name}"`);
        cursor.fail(`a sample ${suffixed.join(' or ')} of ${this.#family.type} "${sampleName}"`, start);
      }
      this.#openFamily(sampleName, quoted, start);
      role = 'value';
    }
    this.#role = role;
    this.#sampleName = flatCopy(sampleName);
  }

  #openFamily(name: string, quoted: boolean, start: number): void {
    const cursor = this.#cursor;
    this.#closeFamily();
    if (this.#names.has(name)) {
      cursor.fail('a name that no earlier family uses', start, `${describeValue(name)} again`);
    }
    this.#family = new OpenMetricsFamily(flatCopy(name), cursor.line, quoted, this.#version);
    this.#sampleName = '';
  }

  #closeFamily(): void {
    const family = this.#family;
    if (family === undefined) return;
    const cursor = this.#cursor;
    this.#done.push(family.finish(cursor));
    if (family.builder !== undefined) this.#templates.add(family.builder.series.seal());
    for (const name of family.names()) {
      if (this.#names.has(name)) {
        cursor.failInLine(
          family.line,
          'names of families and samples that do not clash',
          `${describeValue(name)} again`,
        );
      }
      this.#names.add(name);
    }
    this.#family = undefined;
  }

  /** OpenMetrics 2.0, "UTF-8 Quoting": a family's name is quoted everywhere or nowhere. */
  #checkQuotes(quoted: boolean, start: number): void {
    const family = this.#family!;
    if (!this.#version.version2 || quoted === family.quoted) return;
    const expected = family.quoted ? 'in quotes' : 'without quotes';
    this.#cursor.fail(`the name "${family.name}" ${expected}, as before`, start);
  }
}
