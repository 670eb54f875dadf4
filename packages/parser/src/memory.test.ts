import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { MetricFamily } from '@promwright/model';
import { describe, expect, test } from 'vitest';
import { parseOpenMetrics } from './openmetrics/parse-open-metrics.ts';
import { parseStream } from './parse-stream.ts';
import { parseText } from './text/parse-text.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
}

const MEGABYTE = 1e6;

describe('memory of the parser', () => {
  test('families do not keep their document alive', () => {
    const document = (i: number) =>
      `${`# ${String(i).repeat(98)}\n`.repeat(40_000)}# HELP a_long_name_of_a_metric ${'h'.repeat(50)}
a_long_name_of_a_metric{a_long_label_name="${'v'.repeat(50)}"} 1
`;
    // In a separate function, because the frame of a running function keeps the last arguments of its calls alive.
    const parseNth = (i: number) => parseText(document(i));
    const kept: MetricFamily[][] = [];
    const before = heapBytes();

    for (let i = 0; i < 5; i++) kept.push(parseNth(i));

    expect(heapBytes() - before).toBeLessThan(2 * MEGABYTE);
    expect(kept).toHaveLength(5);
  });

  test('no memory is retained from one document to the next', () => {
    const document = (i: number) =>
      `${Array.from({ length: 200 }, (_, j) => `# TYPE a${i}_${j} counter\na${i}_${j}_total{b${i}="${i}${j}"} 1\n`).join('')}# EOF\n`;
    for (let i = 0; i < 20; i++) parseOpenMetrics(document(i));
    const before = heapBytes();

    for (let i = 20; i < 320; i++) parseOpenMetrics(document(i));

    expect(heapBytes() - before).toBeLessThan(2 * MEGABYTE);
  });

  test('a series takes a few bytes in columns instead of an object', () => {
    const text = Array.from({ length: 200_000 }, (_, i) => `a{b="${i % 100}",c="${i % 7}"} ${i}\n`).join('');
    const before = heapBytes();

    const families = parseText(text);

    // 8 bytes for the value and 4 for each label.
    expect((heapBytes() - before) / families[0]!.size).toBeLessThan(24);
    expect(families[0]!.size).toBe(200_000);
  });

  test('a stream needs no additional memory for additional families', async () => {
    const encoder = new TextEncoder();
    let most = 0;
    const before = heapBytes();
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 60; i++) {
        const lines = Array.from({ length: 5000 }, (_, j) => `family_${i}{label="${i}_${j}"} ${j}\n`).join('');
        yield encoder.encode(lines);
        if (i % 20 === 19) most = Math.max(most, heapBytes() - before);
      }
    }

    let series = 0;
    for await (const { size } of parseStream(chunks(), 'text/plain')) series += size;

    expect(series).toBe(300_000);
    // The whole document has 9 megabytes, and takes more in memory; a family with its chunk takes less than one.
    expect(most).toBeLessThan(6 * MEGABYTE);
  });
});
