import { PromwrightError } from '@promwright/model';

const BRAND: unique symbol = Symbol.for('@promwright/parse-error@1') as never;

/** Position of an error in a document, with the expected and the found text. */
export interface ParseErrorDetails {
  /** Description of valid input at the position, such as `a number`. */
  readonly expected: string;
  /** Description of the input at the position, quoted if it is text of the document. */
  readonly found: string;
  readonly line: number;
  readonly column: number;
  readonly byteOffset?: number;
}

/**
 * Error in a document that does not follow its format. Its code is `INVALID_SYNTAX`; the message contains the position, the
 * expected and the found input. Passes `instanceof ParseError` also if another copy of this package raised it.
 */
export class ParseError extends PromwrightError {
  /** Line in a text, from 1; 0 in protobuf, which has no lines. */
  readonly line: number;
  /** Column in the line in UTF-16 units, from 1; in bytes if the bytes are not UTF-8; 0 in protobuf. */
  readonly column: number;
  /** In protobuf: number of bytes of the document before the position. */
  declare readonly byteOffset?: number;
  readonly expected: string;
  readonly found: string;

  constructor({ expected, found, line, column, byteOffset }: ParseErrorDetails) {
    const place = byteOffset === undefined ? `Line ${line}, column ${column}` : `Byte ${byteOffset}`;
    super('INVALID_SYNTAX', `${place}: expected ${expected}; got ${found}`);
    this.name = 'ParseError';
    this.line = line;
    this.column = column;
    if (byteOffset !== undefined) this.byteOffset = byteOffset;
    this.expected = expected;
    this.found = found;
    Object.defineProperty(this, BRAND, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // A subclass keeps the ordinary meaning of instanceof.
    if (this !== ParseError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === 'object' && value !== null && BRAND in value;
  }
}
