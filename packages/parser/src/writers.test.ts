import {
  ExpositionWriter,
  type Format,
  formatOpenMetrics,
  formatProtobuf,
  formatText,
  TEXT_FORMAT,
} from '@promwright/exposition';
import type { MetricFamily } from '@promwright/model';
import { describe, expect, test } from 'vitest';
import { Random } from '../test/random.ts';
import { wildFamilies } from '../test/wild-families.ts';
import { checkWritten, WRITTEN_FORMATS, type WrittenFormat } from '../test/written-samples.ts';

// The same pages in every run, unless the environment sets other values. Each page is written in one format, by turns.
const SEED = Number(process.env.PROPERTY_SEED ?? 1);
const RUNS = Number(process.env.PROPERTY_RUNS ?? 24_000);

describe('writers', () => {
  test.each(WRITTEN_FORMATS.map((format, i) => ({ format, i })))(
    '$format.name: the strict reader of the format reads the same samples, or the family was reported',
    { timeout: 30_000 + RUNS },
    ({ format, i }) => {
      const runs = Math.ceil(RUNS / WRITTEN_FORMATS.length);
      let families = 0;
      let omitted = 0;
      for (let run = 0; run < runs; run++) {
        const seed = SEED * 1_000_000_007 + run * WRITTEN_FORMATS.length + i;
        const page = wildFamilies(new Random(seed));
        families += page.length;
        omitted += omittedOf(page, format, seed);
      }

      // Most families are written.
      expect(omitted).toBeGreaterThan(families / 100);
      expect(omitted).toBeLessThan(families / 3);
    },
  );
});

describe('ExpositionWriter', () => {
  const formats: readonly Format[] = [
    TEXT_FORMAT,
    { ...TEXT_FORMAT, type: 'openmetrics', version: '1.0.0' },
    { ...TEXT_FORMAT, type: 'openmetrics', version: '2.0.0' },
    { ...TEXT_FORMAT, type: 'protobuf', version: '' },
  ];

  test.each(formats)('writes the page of the other writers: $type $version', async (format) => {
    const { type, version, escaping } = format;
    const omitted: string[] = [];
    // One writer for all pages: nothing that it remembers of one page may change another.
    const writer = new ExpositionWriter({ onOmitted: (_, reason) => omitted.push(reason) });
    for (let seed = 0; seed < 500; seed++) {
      const families = wildFamilies(new Random(seed));
      const expectedReasons: string[] = [];
      const onOmitted = (_: MetricFamily, reason: string) => expectedReasons.push(reason);
      omitted.length = 0;

      const page = await bytesOf(writer.write(families, format));

      const expected =
        type === 'protobuf'
          ? formatProtobuf(families, { onOmitted })
          : type === 'text'
            ? formatText(families, { onOmitted })
            : formatOpenMetrics(families, { version: version as '1.0.0', escaping, onOmitted });
      expect(page).toEqual(typeof expected === 'string' ? new TextEncoder().encode(expected) : expected);
      expect(omitted).toEqual(expectedReasons);
    }
  });
});

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: number[] = [];
  for await (const chunk of chunks) all.push(...chunk);
  return Uint8Array.from(all);
}

function omittedOf(families: readonly MetricFamily[], format: WrittenFormat, seed: number): number {
  try {
    return checkWritten(families, format).omitted.size;
  } catch (error) {
    throw new Error(`Page of seed ${seed} in ${format.name}`, { cause: error });
  }
}
