import { readFileSync } from 'node:fs';
import path from 'node:path';
import { escapeName, unescapeName } from '@promwright/model';
import { expect, test } from 'vitest';
import { negotiate } from './negotiate.ts';

/** Reads a file of vectors from the folder in PROMWRIGHT_CONFORMANCE. */
function vectors<T>(file: string): T[] {
  return JSON.parse(readFileSync(path.join(process.env.PROMWRIGHT_CONFORMANCE ?? '', file), 'utf8')) as T[];
}

interface Negotiation {
  readonly accept: string;
  readonly contentType: string;
}

/** Headers for which `negotiate` differs from the library of the vectors, with reasons. */
const OTHERWISE: Readonly<Record<string, string>> = {
  // The content type has a scheme only if the client requested one: older clients do not know the parameter.
  'text/plain;version=0.0.4': 'text/plain; version=0.0.4; charset=utf-8',
  // This package writes 2.0.0 if the header requests the version; the library of the vectors does not know it.
  'application/openmetrics-text;version=2.0.0':
    'application/openmetrics-text; version=2.0.0; charset=utf-8; escaping=underscores',
  // 0.0.1 has no specification; the library of the vectors responds with a format that is 1.0.0 except for its name.
  'application/openmetrics-text;version=0.0.1': 'text/plain; version=0.0.4; charset=utf-8',
  // No server scrapes protobuf as text.
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=compact-text; escaping=underscores':
    'text/plain; version=0.0.4; charset=utf-8',
};

test.each(vectors<Negotiation>('expfmt-negotiate.json'))(
  'negotiate returns the content type for $accept',
  ({ accept, contentType }) => {
    expect(negotiate(accept).contentType).toBe(OTHERWISE[accept] ?? contentType);
  },
);

interface Escaping {
  readonly input?: string;
  readonly expectedUnderscores?: string;
  readonly expectedDots?: string;
  readonly expectedUnescapedDots?: string;
  readonly expectedValue?: string;
}

test.each(vectors<Escaping>('escape-name.json'))('escapeName escapes $input under every scheme', (vector) => {
  const { input = '' } = vector;

  expect([
    escapeName(input, 'underscores'),
    escapeName(input, 'dots'),
    unescapeName(escapeName(input, 'dots'), 'dots'),
    escapeName(input, 'values'),
  ]).toEqual([
    vector.expectedUnderscores ?? '',
    vector.expectedDots ?? '',
    vector.expectedUnescapedDots ?? '',
    vector.expectedValue ?? '',
  ]);
});

test.each(vectors<{ input: string; expected: string }>('unescape-value-errors.json').filter(({ input }) => input))(
  'unescapeName returns $input unchanged',
  ({ input, expected }) => {
    expect(unescapeName(input, 'values')).toBe(expected);
  },
);
