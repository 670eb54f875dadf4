import { Counter, Histogram, Registry } from '@promwright/metrics';
import { expect, test } from 'vitest';
import { ExpositionWriter } from './exposition-writer.ts';
import { formatOpenMetrics, formatText } from './format-families.ts';
import { negotiate } from './negotiate.ts';

const OPENMETRICS = negotiate('application/openmetrics-text');
const TEXT = negotiate('text/plain');

function largeRegistry(): { registry: Registry; counter: Counter<'a' | 'b'> } {
  const registry = new Registry();
  const counter = new Counter({ name: 'c_total', help: 'C.', registry, labelNames: ['a', 'b'] });
  const histogram = new Histogram({ name: 'h', help: 'H.', registry, labelNames: ['a'] });
  for (let i = 0; i < 5000; i++) counter.inc({ a: `ä${i}`, b: i % 7 }, i / 3);
  for (let i = 0; i < 500; i++) histogram.observe({ a: i }, i / 100);
  return { registry, counter };
}

async function chunksOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}

function textOf(chunks: readonly Uint8Array[]): string {
  return Buffer.concat(chunks).toString('utf8');
}

test('ExpositionWriter yields the bytes of the text, in chunks', async () => {
  const { registry } = largeRegistry();
  const families = await registry.gather();
  const writer = new ExpositionWriter();

  const text = await chunksOf(writer.write(families, TEXT));
  const openMetrics = await chunksOf(writer.write(families, OPENMETRICS));

  expect(text.length).toBeGreaterThan(3);
  expect(textOf(text)).toBe(formatText(families));
  expect(textOf(openMetrics)).toBe(formatOpenMetrics(families));
});

test('ExpositionWriter yields to other work, and its output is of one instant all the same', async () => {
  const { registry, counter } = largeRegistry();
  const families = await registry.gather();
  const expected = formatText(families);
  let turns = 0;
  const other = setInterval(() => {
    turns++;
    counter.inc({ a: 'ä1', b: 1 }, 1000);
    counter.inc({ a: `new${turns}`, b: 0 });
    counter.remove({ a: `ä${turns}`, b: turns % 7 });
  }, 0);

  // Short enough that every reading of the clock ends a slice.
  const text = textOf(await chunksOf(new ExpositionWriter({ sliceMs: 0.0001 }).write(families, TEXT)));
  clearInterval(other);

  expect(turns).toBeGreaterThan(0);
  expect(text).toBe(expected);
});

test('ExpositionWriter supports a consumer that stops early', async () => {
  const { registry } = largeRegistry();

  for await (const chunk of new ExpositionWriter().write(await registry.gather(), TEXT)) {
    expect(chunk.length).toBeGreaterThan(1000);
    break;
  }
});

test('ExpositionWriter writes the end of OpenMetrics even without families', async () => {
  expect(textOf(await chunksOf(new ExpositionWriter().write([], TEXT)))).toBe('');
  expect(textOf(await chunksOf(new ExpositionWriter().write([], OPENMETRICS)))).toBe('# EOF\n');
});

test.each([0, -1, Number.NaN, '10'])('ExpositionWriter rejects a slice of %s milliseconds', (sliceMs) => {
  expect(() => new ExpositionWriter({ sliceMs: sliceMs as number })).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION' }),
  );
});
