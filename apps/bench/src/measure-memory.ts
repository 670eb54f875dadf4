import { setTimeout as delay } from 'node:timers/promises';
import type { Sampler } from './group.ts';
import type { Reading } from './measure-time.ts';

/** What was made, kept as long as its memory is measured. */
export interface Built {
  /** Not read here; it keeps alive what `read` alone would not. */
  readonly kept: unknown;
  read(): Reading | Promise<Reading>;
}

/** Something whose memory is measured. */
export interface Weight {
  /** Makes it. */
  build(): Built | Promise<Built>;
  /** What the library must then hold. */
  readonly expected: Reading;
  /** By how many the memory is divided. */
  readonly shares: number;
}

/** Measures the bytes that are kept for each share, outside the heap too. Needs `--expose-gc`. */
export async function measureMemory(weight: Weight): Promise<Sampler> {
  let built: Built | undefined;
  const sample = async () => {
    built = undefined;
    const before = await bytesInUse();
    built = await weight.build();
    return ((await bytesInUse()) - before) / weight.shares;
  };
  // What the first times leave behind beside what they build, such as compiled code, is no part of a series.
  for (let i = 0; i < REHEARSALS; i++) await sample();
  return {
    sample,
    async check() {
      const { series, total } = (await built?.read()) ?? { series: 0, total: 0 };
      const { expected } = weight;
      if (series === expected.series && total === expected.total) return;
      throw new Error(`It shows ${series} series and ${total}; must be ${expected.series} and ${expected.total}`);
    },
  };
}

const REHEARSALS = 2;

/** Bytes of the heap and of buffers beside it, after everything unused is gone. Needs `--expose-gc`. */
export async function bytesInUse(): Promise<number> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('Memory can be measured with --expose-gc only');
  let bytes = Infinity;
  // Buffers are given back by another thread, some time after they were found to be unused.
  for (let i = 0; i < 10; i++) {
    gc();
    await delay(10);
    const { heapUsed, external } = process.memoryUsage();
    if (Math.abs(bytes - (heapUsed + external)) < 1024) break;
    bytes = heapUsed + external;
  }
  return bytes;
}
