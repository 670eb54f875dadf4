import { describeValue } from '@promwright/model';
import { replacedByte } from '../decode-utf8.ts';
import { ParseError } from '../parse-error.ts';
import { NEWLINE, SPACE, TAB } from './char-codes.ts';

/** Position in a text that is read line by line. The text always ends in a line feed. */
export class TextCursor {
  text = '\n';
  at = 0;
  line = 1;
  lineStart = 0;
  /** True after a quoted string with a line feed, until the next line. */
  hasBrokenLine = false;
  /** True if the last error is a quoted string that has no end in this chunk: the next chunk may have it. */
  endsInQuotes = false;
  /** Index of the first lone surrogate from the cursor on; Infinity if there is none. */
  #illFormedAt = Number.POSITIVE_INFINITY;

  /**
   * Moves to the start of the next chunk of the document, which begins where the last chunk ended.
   * @param text whole lines, each with its line feed
   */
  feed(text: string): void {
    this.text = text;
    this.at = 0;
    this.lineStart = 0;
    this.endsInQuotes = false;
    this.#illFormedAt = text.isWellFormed() ? Number.POSITIVE_INFINITY : loneSurrogateIn(text, 0);
  }

  /** Moves from a line feed to the next line. */
  nextLine(): void {
    if (this.hasBrokenLine) this.#moveToLineOf(this.at);
    this.at++;
    this.line++;
    this.lineStart = this.at;
  }

  /** Returns true if a lone surrogate is before an index. It replaces a byte that is not UTF-8, or is from a string. */
  isIllFormedBefore(end: number): boolean {
    return this.#illFormedAt < end;
  }

  /** Ignores lone surrogates before an index. */
  ignoreIllFormedBefore(end: number): void {
    if (this.#illFormedAt < end) this.#illFormedAt = loneSurrogateIn(this.text, end);
  }

  /** Fails if a lone surrogate is before an index, by default anywhere in the chunk. */
  checkWellFormed(end: number = this.text.length): void {
    if (this.#illFormedAt < end) this.#failAtLoneSurrogate();
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
    if (this.hasBrokenLine) this.#moveToLineOf(at);
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

  #moveToLineOf(place: number): void {
    this.hasBrokenLine = false;
    for (
      let end = this.text.indexOf('\n', this.lineStart);
      end >= 0 && end < place;
      end = this.text.indexOf('\n', end + 1)
    ) {
      this.line++;
      this.lineStart = end + 1;
    }
  }

  /** Fails at the end of a chunk that ends between quotes. */
  failAtOpenQuote(at: number): never {
    this.endsInQuotes = true;
    this.fail('a closing quote', at);
  }

  /** UTF-8 has no form for half a surrogate pair, so no document on the wire can contain one. */
  #failAtLoneSurrogate(): never {
    const place = this.#illFormedAt;
    this.#moveToLineOf(place);
    const byte = replacedByte(this.text.charCodeAt(place));
    if (byte === undefined) this.fail('well-formed Unicode', place, 'a lone surrogate');
    this.fail('UTF-8', place, `the byte 0x${byte.toString(16)}`);
  }
}

function loneSurrogateIn(text: string, from: number): number {
  const pattern = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? Number.POSITIVE_INFINITY;
}

function isBreak(code: number): boolean {
  return Number.isNaN(code) || code === NEWLINE || code === SPACE || code === TAB;
}
