import { PromwrightError } from '@promwright/model';

/** Where a document is wrong, and how. */
export interface ParseErrorDetails {
  /** What would have been right, as in `a number`. */
  readonly expected: string;
  /** What stands there instead, in quotes where it is text of the document. */
  readonly found: string;
  readonly line: number;
  readonly column: number;
  readonly byteOffset?: number;
}

/**
 * A document that is not of its format. Its code is `INVALID_SYNTAX`; the message says where, what was expected and what
 * was found.
 */
export class ParseError extends PromwrightError {
  /** Line in a text, from 1; 0 in protobuf, which has no lines. */
  readonly line: number;
  /** Place in the line in UTF-16 units, from 1; 0 in protobuf, and in bytes where those are not UTF-8. */
  readonly column: number;
  /** In protobuf: how many bytes of the document precede the place. */
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
  }
}
