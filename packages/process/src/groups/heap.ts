import { cachedFor, LIMIT_MAX_AGE_MS } from '../cached-for.ts';
import { MeasuredFamilies } from '../collectors.ts';
import type { GroupContext, StartedGroup } from '../group-context.ts';
import { tryCall, v8Module } from '../platform.ts';

/** Starts the metrics of this thread's JavaScript heap and of memory held by its objects. */
export function startHeap(context: GroupContext): StartedGroup {
  const total = context.threadGauge({
    name: 'nodejs_heap_size_total_bytes',
    help: 'Memory allocated by V8 for the JavaScript heap, in bytes.',
  });
  const used = context.threadGauge({
    name: 'nodejs_heap_size_used_bytes',
    help: 'Memory occupied by objects in the JavaScript heap, in bytes.',
  });
  const limit = context.threadGauge({
    name: 'nodejs_heap_size_limit_bytes',
    help: 'Maximum size of the JavaScript heap, in bytes; the program runs out of memory beyond it.',
  });
  const external = context.threadGauge({
    name: 'nodejs_external_memory_bytes',
    help: 'Memory outside the heap held by JavaScript objects, ArrayBuffers included, in bytes.',
  });
  const arrayBuffers = context.threadGauge({
    name: 'nodejs_array_buffers_bytes',
    help: 'Memory of ArrayBuffers and SharedArrayBuffers, Buffers included, in bytes.',
  });
  const v8 = v8Module();
  const heapLimit = cachedFor(LIMIT_MAX_AGE_MS, () => positive(tryCall(() => v8?.getHeapStatistics().heap_size_limit)));
  const measured = new MeasuredFamilies([total, used, limit, external, arrayBuffers], {
    measure() {
      const memory = tryCall(() => process.memoryUsage());
      total.add(memory?.heapTotal);
      used.add(memory?.heapUsed);
      limit.add(heapLimit());
      external.add(memory?.external);
      arrayBuffers.add(memory?.arrayBuffers);
    },
  });
  return { collectors: [measured] };
}

/** Drops 0, the limit reported by engines without a known limit. */
function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}
