import { PromwrightError } from '@promwright/model';
import { describe, expect, test, vi } from 'vitest';
import { ParseError } from './parse-error.ts';

const DETAILS = { expected: 'a number', found: '"x"', line: 2, column: 3 };

describe('ParseError', () => {
  test('accepts errors of another copy of the package in instanceof', async () => {
    vi.resetModules();
    const copy = await import('./parse-error.ts');

    const error = new copy.ParseError(DETAILS);

    expect(copy.ParseError).not.toBe(ParseError);
    expect(error instanceof ParseError).toBe(true);
    expect(new ParseError(DETAILS) instanceof copy.ParseError).toBe(true);
  });

  test('rejects other errors and values in instanceof', () => {
    const others = [new PromwrightError('INVALID_SYNTAX', 'x'), new SyntaxError('x'), { ...DETAILS }, 'text', null];

    expect(others.filter((value) => value instanceof ParseError)).toEqual([]);
  });

  test('keeps the ordinary meaning of instanceof for a subclass', () => {
    class Special extends ParseError {}

    expect(new Special(DETAILS)).toBeInstanceOf(Special);
    expect(new ParseError(DETAILS)).not.toBeInstanceOf(Special);
  });
});
