import type { MetricFamily } from '@promwright/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyOpenMetricsDocument, anyTextDocument } from '../test/any-document.ts';
import { samplesOf } from '../test/text-samples.ts';
import { parse } from './parse.ts';
import { ParseError } from './parse-error.ts';
import { parseStream } from './parse-stream.ts';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 20_000);
const CONTENT_TYPE = 'text/plain; version=0.0.4';
const NOW_MS = 1_700_000_000_000;

/** Returns the families, or the message of the ParseError. */
function outcome(read: () => MetricFamily[]): MetricFamily[] | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof ParseError) return error.message;
    throw error;
  }
}

async function streamed(text: string, size: number, contentType: string): Promise<MetricFamily[] | string> {
  const bytes = new TextEncoder().encode(text);
  const chunks = (async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  })();
  const families: MetricFamily[] = [];
  try {
    for await (const family of parseStream(chunks, contentType)) families.push(family);
    return families;
  } catch (error) {
    if (error instanceof ParseError) return error.message;
    throw error;
  }
}

const sorted = (families: readonly MetricFamily[]) =>
  samplesOf(families)
    .map((sample) => JSON.stringify(sample))
    .sort();

describe('generated documents in the text format', () => {
  test('are read or refused the same from a string and from chunks of bytes; strict refuses more', {
    timeout: 60_000 + 3 * RUNS,
  }, async () => {
    let accepted = 0;
    let strictlyAccepted = 0;
    await fc.assert(
      fc.asyncProperty(anyTextDocument(NOW_MS), fc.integer({ min: 1, max: 60 }), async (text, size) => {
        const read = outcome(() => parse(text, CONTENT_TYPE));
        const strict = outcome(() => parse(text, CONTENT_TYPE, { strict: true }));
        const inChunks = await streamed(text, size, CONTENT_TYPE);

        if (typeof read === 'string') {
          expect(strict).toBeTypeOf('string');
          expect(inChunks).toBe(read);
          return;
        }
        accepted++;
        if (typeof strict !== 'string') {
          strictlyAccepted++;
          // U+0000 in a comment ends the document for the server, while the Go library reads on.
          if (!text.includes('\0')) expect(sorted(strict)).toEqual(sorted(read));
        }
        if (typeof inChunks === 'string') throw new Error(inChunks);
        expect(sorted(inChunks)).toEqual(sorted(read));
      }),
      { numRuns: RUNS },
    );

    // The documents are neither all too broken to get far nor all valid.
    expect(accepted).toBeGreaterThan(RUNS / 4);
    expect(strictlyAccepted).toBeGreaterThan(RUNS / 10);
    expect(strictlyAccepted).toBeLessThan(accepted);
  });
});

describe('generated documents in OpenMetrics 1.0', () => {
  test('are read or refused the same from a string and from chunks of bytes', {
    timeout: 60_000 + 3 * RUNS,
  }, async () => {
    const contentType = 'application/openmetrics-text; version=1.0.0';
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(anyOpenMetricsDocument(), fc.integer({ min: 1, max: 60 }), async (text, size) => {
        const read = outcome(() => parse(text, contentType));
        const inChunks = await streamed(text, size, contentType);

        if (typeof read === 'string' || typeof inChunks === 'string') {
          expect(inChunks).toBe(read);
          return;
        }
        accepted++;
        expect(sorted(inChunks)).toEqual(sorted(read));
      }),
      { numRuns: RUNS },
    );

    expect(accepted).toBeGreaterThan(RUNS / 10);
    expect(accepted).toBeLessThan((9 * RUNS) / 10);
  });
});
