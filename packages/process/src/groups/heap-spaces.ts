import { MeasuredFamilies } from '../collectors.ts';
import type { GroupContext, StartedGroup } from '../group-context.ts';
import { tryCall, v8Module } from '../platform.ts';

const SUFFIX = '_space';

/** Starts the metrics of the spaces of this thread's JavaScript heap. */
export function startHeapSpaces(context: GroupContext): StartedGroup {
  const labelNames = ['space'];
  const total = context.threadGauge({
    name: 'nodejs_heap_space_size_total_bytes',
    help: 'Size of a space of the JavaScript heap, in bytes.',
    labelNames,
  });
  const used = context.threadGauge({
    name: 'nodejs_heap_space_size_used_bytes',
    help: 'Memory occupied by objects in a space of the JavaScript heap, in bytes.',
    labelNames,
  });
  const available = context.threadGauge({
    name: 'nodejs_heap_space_size_available_bytes',
    help: 'Free memory in a space of the JavaScript heap, in bytes.',
    labelNames,
  });
  const v8 = v8Module();
  const measured = new MeasuredFamilies([total, used, available], {
    measure() {
      for (const space of tryCall(() => v8?.getHeapSpaceStatistics()) ?? []) {
        const { space_name: name } = space;
        const label = name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : name;
        total.add(space.space_size, label);
        used.add(space.space_used_size, label);
        available.add(space.space_available_size, label);
      }
    },
  });
  return { collectors: [measured] };
}
