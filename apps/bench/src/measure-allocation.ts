import type { Sampler } from './group.ts';
import { bytesInUse } from './measure-memory.ts';
import type { Operation } from './measure-time.ts';

/** Flags that prevent garbage collection while an operation allocates, so that all allocated bytes are counted. */
export const ALLOCATION_FLAGS: readonly string[] = [
  '--expose-gc',
  '--min-semi-space-size=256',
  '--max-semi-space-size=256',
];

/** Measures the bytes that one operation allocates per share, garbage included, on and off the heap. */
export async function measureAllocation(operation: Operation, shares: number): Promise<Sampler> {
  let done = 0;
  const run = async () => {
    await operation.run(1);
    done++;
  };
  for (let i = 0; i < 3; i++) await run();
  return {
    async sample() {
      const before = await bytesInUse();
      await run();
      const { heapUsed, external } = process.memoryUsage();
      return (heapUsed + external - before) / shares;
    },
    async check() {
      const { total } = await operation.read();
      if (total !== done) throw new Error(`It did ${total} operations; must be ${done}`);
    },
  };
}
