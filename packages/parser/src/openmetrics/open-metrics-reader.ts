import { describeValue, type MetricFamily, type MetricType } from '@promwright/model';
import type { FamilyBuilder } from '../columns/family-builder.ts';
import { TemplateCache } from '../columns/template-cache.ts';
import type { DocumentReader } from '../text/document-reader.ts';
import { type LabelRules, readLabels, readMetricName } from '../text/read-labels.ts';
import { readSeriesLabels } from '../text/read-series-labels.ts';
import type { SampleRole } from '../text/sample-role.ts';
import { HASH, knownNameEnd, metricNameEnd, OPEN_BRACE, QUOTE, SPACE } from '../tokens/char-codes.ts';
import { detached, unescape } from '../tokens/read-quoted.ts';
import { TextCursor } from '../tokens/text-cursor.ts';
import { OpenMetricsFamily } from './open-metrics-family.ts';
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

/** How to read an OpenMetrics document. */
export interface OpenMetricsReaderOptions {
  readonly version2: boolean;
  readonly utf8: boolean;
}

/** Reads OpenMetrics, and refuses whatever the specification calls invalid. */
export class OpenMetricsReader implements DocumentReader {
  readonly #cursor = new TextCursor();
  readonly #version2: boolean;
  readonly #rules: LabelRules;
  /** Of all families so far and of their samples. */
  readonly #names = new Set<string>();
  #done: MetricFamily[] = [];
  #ended = false;
  #family: OpenMetricsFamily | undefined;
  readonly #templates = new TemplateCache();
  // What the last sample was: most often the next one has the same name.
  #sampleName = '';
  readonly #tail: SampleTail;
  #role: SampleRole = 'value';

  constructor({ version2, utf8 }: OpenMetricsReaderOptions) {
    this.#version2 = version2;
    this.#rules = { lenient: false, utf8 };
    this.#tail = new SampleTail(version2, this.#rules);
  }

  get line(): number {
    return this.#cursor.line;
  }

  push(lines: string): void {
    const cursor = this.#cursor;
    cursor.feed(lines);
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
    if (!this.#ended) cursor.fail('"# EOF" at the end', cursor.at, 'the end of the text');
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
      family.help = detached(unescape(content));
    } else this.#setUnit(family, content, start);
    cursor.at = lineEnd;
  }

  /** Reads the name of the family that a descriptor is of: most often that of the line before. */
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
    // Digits may stand first here, other than in a name.
    if (metricNameEnd(`_${content}\n`, 0) !== content.length + 1) {
      cursor.fail('a unit', cursor.at, describeValue(content));
    }
    family.unit = detached(content);
  }

  #readSample(): void {
    const cursor = this.#cursor;
    const { text, at: start } = cursor;
    const quoted = text.charCodeAt(start) === OPEN_BRACE;
    if (quoted) {
      cursor.at++;
      if (text.charCodeAt(cursor.at) !== QUOTE) cursor.fail('the name of the metric in double quotes');
      this.#switchTo(readMetricName(cursor, this.#rules), true, start);
      // Without quotes the same name may be none.
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
    const partValue = quoted ? this.#readLabelsBehindName(builder) : readSeriesLabels(cursor, builder, this.#rules);
    const tail = this.#tail;
    tail.read(cursor);
    family.add(cursor, start, this.#role, partValue, tail);
    builder.consumed += cursor.at - start;
  }

  #readLabelsBehindName(builder: FamilyBuilder): string | undefined {
    builder.diverge();
    return readLabels(this.#cursor, builder.labels, this.#rules, builder.partLabel, 'just-read');
  }

  /** Makes the family of a sample's name the current one. */
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
    this.#sampleName = detached(sampleName);
  }

  #openFamily(name: string, quoted: boolean, start: number): void {
    const cursor = this.#cursor;
    this.#closeFamily();
    if (this.#names.has(name)) {
      cursor.fail('every family in one piece, and its names its own', start, `${describeValue(name)} again`);
    }
    this.#family = new OpenMetricsFamily(detached(name), cursor.line, quoted, this.#version2);
    this.#sampleName = '';
  }

  #closeFamily(): void {
    const family = this.#family;
    if (family === undefined) return;
    const cursor = this.#cursor;
    this.#done.push(family.finish(cursor));
    if (family.builder !== undefined) this.#templates.add(family.builder.seal());
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
    if (!this.#version2 || quoted === family.quoted) return;
    const expected = family.quoted ? 'in quotes' : 'without quotes';
    this.#cursor.fail(`the name "${family.name}" ${expected}, as before`, start);
  }
}
