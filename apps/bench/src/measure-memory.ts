import { setTimeout as delay } from 'node:timers/promises';
import type { Sampler } from './group.ts';
import type { Reading } from './measure-time.ts';

/** Created object, kept alive while its memory is measured. */
export interface Built {
  /** Object that `read` alone would not keep alive. Never read. */
  readonly kept: unknown;
  read(): Reading | Promise<Reading>;
}

/** Subject of a memory measurement. */
export interface Weight {
  /** Creates the object. */
  build(): Built | Promise<Built>;
  /** Series and total that the library must then report. */
  readonly expected: Reading;
  /** Number to divide the memory by. */
  readonly shares: number;
}

/** Measures the bytes that stay allocated per share, on and off the heap. Needs `--expose-gc`. */
export async function measureMemory(weight: Weight): Promise<Sampler> {
  let built: Built | undefined;
  const sample = async () => {
    built = undefined;
    const before = await bytesInUse();
    built = await weight.build();
    return ((await bytesInUse()) - before) / weight.shares;
  };
  // The first builds leave compiled code and other memory behind that is not part of a series.
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

/** Returns the bytes of the heap and of buffers off the heap after garbage collection. Needs `--expose-gc`. */
export async function bytesInUse(): Promise<number> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('Memory can be measured with --expose-gc only');
  let bytes = Infinity;
  // Another thread frees unused buffers, some time after the collection.
  for (let i = 0; i < 10; i++) {
    gc();
    await delay(10);
    const { heapUsed, external } = process.memoryUsage();
    if (Math.abs(bytes - (heapUsed + external)) < 1024) break;
    bytes = heapUsed + external;
  }
  return bytes;
}
