import type { Exemplar } from '@promwright/model';
import type { LabelRules } from '../text/label-rules.ts';
import { HASH, NEWLINE, OPEN_BRACE, SPACE } from '../tokens/char-codes.ts';
import { readNumber } from '../tokens/read-number.ts';
import type { TextCursor } from '../tokens/text-cursor.ts';
import { type Composite, readComposite } from './read-composite.ts';
import { checkLength, readExemplar, readExemplarsTolerantly, readTime } from './read-exemplar.ts';

const NONE: readonly Exemplar[] = [];

/** Value, timestamps and exemplars after the labels of a line of OpenMetrics. One object serves all lines of a document. */
export class SampleTail {
  value = 0;
  /** Composite value in place of `value`, in OpenMetrics 2.0. */
  composite: Composite | undefined;
  /** NaN for none. */
  timestampMs = Number.NaN;
  /** NaN for none. */
  startMs = Number.NaN;
  exemplars: readonly Exemplar[] = NONE;
  /** Start of the exemplars in the text. */
  exemplarsAt = 0;
  readonly #version2: boolean;
  readonly #rules: LabelRules;

  constructor(version2: boolean, rules: LabelRules) {
    this.#version2 = version2;
    this.#rules = rules;
  }

  /** Reads from the labels to the end of the line. */
  read(cursor: TextCursor): void {
    const { text } = cursor;
    this.timestampMs = Number.NaN;
    this.startMs = Number.NaN;
    this.exemplars = NONE;
    this.composite = undefined;
    cursor.take(SPACE, 'a space before the value');
    if (this.#version2 && text.charCodeAt(cursor.at) === OPEN_BRACE) this.composite = readComposite(cursor);
    else this.value = readNumber(cursor, 'a number');
    if (text.charCodeAt(cursor.at) === NEWLINE) return;

    cursor.take(SPACE, 'a space or the end of the line');
    if (text.charCodeAt(cursor.at) !== HASH && !this.#isStart(cursor)) {
      this.timestampMs = readTime(cursor);
      if (text.charCodeAt(cursor.at) === NEWLINE) return;
      cursor.take(SPACE, 'a space or the end of the line');
    }
    if (this.#isStart(cursor)) {
      cursor.at += 'st@'.length;
      this.startMs = readTime(cursor);
      if (text.charCodeAt(cursor.at) === NEWLINE) return;
      cursor.take(SPACE, 'a space or the end of the line');
    }
    if (text.charCodeAt(cursor.at) !== HASH) cursor.fail('an exemplar or the end of the line');
    this.#readExemplars(cursor);
  }

  #isStart(cursor: TextCursor): boolean {
    return this.#version2 && cursor.text.startsWith('st@', cursor.at);
  }

  #readExemplars(cursor: TextCursor): void {
    this.exemplarsAt = cursor.at;
    if (this.#version2) {
      this.exemplars = readExemplarsTolerantly(cursor, this.#rules);
      return;
    }
    const exemplar = readExemplar(cursor, this.#rules);
    if (cursor.text.charCodeAt(cursor.at) !== NEWLINE) cursor.fail('the end of the line');
    checkLength(cursor, this.exemplarsAt, exemplar);
    this.exemplars = [exemplar];
  }
}
