import { describeValue } from '@promwright/model';
import { ParseError } from '../parse-error.ts';
import { NEWLINE, SPACE, TAB } from './char-codes.ts';

/** A place in a text that is read line by line. The text always ends in a line feed. */
export class TextCursor {
  text = '\n';
  at = 0;
  line = 1;
  lineStart = 0;

  /**
   * Goes to the start of the next stretch of the document, which begins where the last one ended.
   * @param text whole lines, each with its line feed
   */
  feed(text: string): void {
    this.text = text;
    this.at = 0;
    this.lineStart = 0;
    if (!text.isWellFormed()) this.#refuseLoneSurrogate();
  }

  /** From the line feed that the cursor is at to the line after it. */
  nextLine(): void {
    this.at++;
    this.line++;
    this.lineStart = this.at;
  }

  /** Moves over a single character, which must be there. */
  take(code: number, expected: string): void {
    if (this.text.charCodeAt(this.at) !== code) this.fail(expected);
    this.at++;
  }

  /** Moves over a text if it stands here; returns whether it does. */
  takeIf(expected: string): boolean {
    if (!this.text.startsWith(expected, this.at)) return false;
    this.at += expected.length;
    return true;
  }

  /** Where the line ends that the cursor is in. */
  lineEnd(): number {
    return this.text.indexOf('\n', this.at);
  }

  /** Refuses what stands at a place. */
  fail(expected: string, at: number = this.at, found: string = this.#found(at)): never {
    throw new ParseError({ expected, found, line: this.line, column: at - this.lineStart + 1 });
  }

  /** Refuses what an earlier line says, or does not say. */
  failInLine(line: number, expected: string, found: string): never {
    throw new ParseError({ expected, found, line, column: 1 });
  }

  #found(at: number): string {
    const { text } = this;
    if (at >= text.length) return 'the end of the text';
    if (text.charCodeAt(at) === NEWLINE) return 'the end of the line';
    let end = at + 1;
    while (!isBreak(text.charCodeAt(at)) && end < at + 60 && !isBreak(text.charCodeAt(end))) end++;
    return describeValue(text.slice(at, end).toWellFormed());
  }

  /** As UTF-8 has no form for half a surrogate pair, no document on the wire can hold one. */
  #refuseLoneSurrogate(): never {
    const place = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.exec(this.text)!.index;
    for (let end = this.lineEnd(); end < place; end = this.lineEnd()) {
      this.at = end;
      this.nextLine();
    }
    this.fail('well-formed Unicode', place, 'a lone surrogate');
  }
}

function isBreak(code: number): boolean {
  return Number.isNaN(code) || code === NEWLINE || code === SPACE || code === TAB;
}
