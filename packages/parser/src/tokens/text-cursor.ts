import { describeValue } from '@promwright/model';
import { ParseError } from '../parse-error.ts';
import { NEWLINE, SPACE, TAB } from './char-codes.ts';

/** Position in a text that is read line by line. The text always ends in a line feed. */
export class TextCursor {
  text = '\n';
  at = 0;
  line = 1;
  lineStart = 0;

  /**
   * Moves to the start of the next chunk of the document, which begins where the last chunk ended.
   * @param text whole lines, each with its line feed
   */
  feed(text: string): void {
    this.text = text;
    this.at = 0;
    this.lineStart = 0;
    if (!text.isWellFormed()) this.#failAtLoneSurrogate();
  }

  /** Moves from a line feed to the next line. */
  nextLine(): void {
    this.at++;
    this.line++;
    this.lineStart = this.at;
  }

  /** Moves over one character; fails if it is another character. */
  take(code: number, expected: string): void {
    if (this.text.charCodeAt(this.at) !== code) this.fail(expected);
    this.at++;
  }

  /** Moves over a string if it is next. Returns true if it was. */
  takeIf(expected: string): boolean {
    if (!this.text.startsWith(expected, this.at)) return false;
    this.at += expected.length;
    return true;
  }

  /** Returns the end of the current line: the index of its line feed. */
  lineEnd(): number {
    return this.text.indexOf('\n', this.at);
  }

  /** @throws ParseError at a position of the current line */
  fail(expected: string, at: number = this.at, found: string = this.#found(at)): never {
    throw new ParseError({ expected, found, line: this.line, column: at - this.lineStart + 1 });
  }

  /** @throws ParseError at the start of an earlier line */
  failInLine(line: number, expected: string, found: string): never {
    throw new ParseError({ expected, found, line, column: 1 });
  }

  #found(at: number): string {
    const { text } = this;
    if (at >= text.length) return 'the end of the document';
    if (text.charCodeAt(at) === NEWLINE) return 'the end of the line';
    let end = at + 1;
    while (!isBreak(text.charCodeAt(at)) && end < at + 60 && !isBreak(text.charCodeAt(end))) end++;
    return describeValue(text.slice(at, end).toWellFormed());
  }

  /** UTF-8 has no form for half a surrogate pair, so no document on the wire can contain one. */
  #failAtLoneSurrogate(): never {
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
