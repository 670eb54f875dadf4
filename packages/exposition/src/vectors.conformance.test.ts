import { readFileSync } from 'node:fs';
import path from 'node:path';
import { escapeName, unescapeName } from '@promwright/model';
import { expect, test } from 'vitest';
import { negotiate } from './negotiate.ts';

/** A file of vectors, in the folder that the variable names. */
function vectors<T>(file: string): T[] {
  return JSON.parse(readFileSync(path.join(process.env.PROMWRIGHT_CONFORMANCE ?? '', file), 'utf8')) as T[];
}

interface Negotiation {
  readonly accept: string;
  readonly contentType: string;
}

/** Where we answer otherwise, and why. */
const OTHERWISE: Readonly<Record<string, string>> = {
  // The scheme is said only where the reader asked for one: older readers know no such parameter.
  'text/plain;version=0.0.4': 'text/plain; version=0.0.4; charset=utf-8',
  // 2.0.0 is written where it is asked for by version; there it is not known.
  'application/openmetrics-text;version=2.0.0':
    'application/openmetrics-text; version=2.0.0; charset=utf-8; escaping=underscores',
  // 0.0.1 has no specification; there it is answered with what is 1.0.0 in all but name.
  'application/openmetrics-text;version=0.0.1': 'text/plain; version=0.0.4; charset=utf-8',
  // Protobuf as text is no format that a server scrapes.
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=compact-text; escaping=underscores':
    'text/plain; version=0.0.4; charset=utf-8',
};

test.each(vectors<Negotiation>('expfmt-negotiate.json'))(
  '$accept is answered with its content type',
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

test.each(vectors<Escaping>('escape-name.json'))('$input is escaped by every scheme', (vector) => {
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
  '$input is no escaped name',
  ({ input, expected }) => {
    expect(unescapeName(input, 'values')).toBe(expected);
  },
);
