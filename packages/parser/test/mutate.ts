import type { Random } from './random.ts';

/** Strings with a meaning somewhere in a document. */
const TOKENS = [
  '\n',
  ' ',
  '\t',
  '{',
  '}',
  '"',
  '\\',
  ',',
  '=',
  '#',
  ':',
  '[',
  ']',
  '\r',
  '\0',
  '\\n',
  '\\"',
  '\\x',
  '\ufeff',
  '\ud800',
  'ä',
  '𝄞',
  '# EOF\n',
  '# TYPE ',
  '# HELP ',
  '# UNIT ',
  '# TYPE a histogram\n',
  '# TYPE a counter\n',
  ' # {} 1 1',
  ' # {a="b"} 0.5',
  ' st@1',
  '_total',
  '_bucket',
  '_sum',
  '_count',
  '_created',
  '_gsum',
  '_gcount',
  '_info',
  'le="1"',
  'le="+Inf"',
  'quantile="0.5"',
  'le="NaN"',
  'a',
  'a{',
  '{"a.b"',
  '{"a"} 1\n',
  'a 1\n',
  'a 1 2\n',
  '__name__="x"',
  '__proto__',
  'constructor',
  '__proto__="x"',
  ',,',
  '""',
  'NaN',
  '+Inf',
  '-Inf',
  '-1',
  '0',
  '-0',
  '1e400',
  '1e-400',
  '9007199254740993',
  '00000000000000000000001',
  '0x1',
  '1_0',
  '.',
  '.5',
  '5.',
  '{count:1,sum:1,bucket:[+Inf:1]}',
  '{count:0,sum:0,quantile:[]}',
  ',schema:0,zero_threshold:0,zero_count:0',
  'positive_spans:[0:4294967295]',
  'positive_buckets:[1]',
  '999999999999999999999',
  'bucket:[',
  'gcount',
  'histogram',
  'gauge_histogram',
  'stateset',
];

/** Returns a text of the corpus with a few changes. */
export function mutatedText(random: Random, corpus: readonly string[]): string {
  let text = random.pick(corpus);
  for (let i = random.below(5); i >= 0; i--) {
    const at = random.below(text.length + 1);
    const end = Math.min(text.length, at + 1 + random.below(random.pick([1, 4, 40])));
    switch (random.below(8)) {
      case 0:
        text = text.slice(0, at) + text.slice(end);
        break;
      case 1:
        text = text.slice(0, end) + text.slice(at);
        break;
      case 2:
      case 3:
        text = text.slice(0, at) + random.pick(TOKENS) + text.slice(at);
        break;
      case 4:
        text = text.slice(0, at) + random.pick(TOKENS) + text.slice(end);
        break;
      case 5:
        text = text.slice(0, at) + String.fromCharCode(random.below(random.pick([128, 65_536]))) + text.slice(at + 1);
        break;
      case 6:
        text = withLinesSwapped(random, text);
        break;
      case 7: {
        const other = random.pick(corpus);
        text = text.slice(0, at) + other.slice(random.below(other.length));
      }
    }
  }
  return text;
}

function withLinesSwapped(random: Random, text: string): string {
  const lines = text.split('\n');
  const [a, b] = [random.below(lines.length), random.below(lines.length)];
  [lines[a], lines[b]] = [lines[b]!, lines[a]!];
  return lines.join('\n');
}

const BYTES = [0, 1, 2, 8, 0x0a, 0x12, 0x18, 0x22, 0x3a, 0x7f, 0x80, 0xc0, 0xff];

/** Returns bytes of the corpus with a few changes. */
export function mutatedBytes(random: Random, corpus: readonly Uint8Array[]): Uint8Array {
  let bytes = [...random.pick(corpus)];
  for (let i = random.below(4); i >= 0; i--) {
    const at = random.below(bytes.length + 1);
    switch (random.below(6)) {
      case 0:
        bytes.splice(at, 1 + random.below(4));
        break;
      case 1:
        bytes.splice(at, 0, random.pick(BYTES));
        break;
      case 2:
        bytes[at] = random.pick(BYTES);
        break;
      case 3:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
        break;
      case 4:
        bytes = bytes.slice(0, at);
        break;
      case 5:
        bytes.splice(at, 0, ...bytes.slice(at, at + random.below(30)));
    }
  }
  return Uint8Array.from(bytes);
}
