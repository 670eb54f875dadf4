import { expect, test } from 'vitest';
import { flatCopy, internedCopy } from './flat-copy.ts';

test.each([flatCopy, internedCopy])('%o returns the same characters', (copy) => {
  for (const text of ['', 'x', '__proto__', 'constructor', '7', 'a\u0000b', '\u{1f600}', 'x'.repeat(10_000)]) {
    expect(copy(text)).toBe(text);
  }
});
