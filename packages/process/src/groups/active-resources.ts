import { MeasuredFamilies } from '../collectors.ts';
import { countByType } from '../count-by-type.ts';
import type { GroupContext, StartedGroup } from '../group-context.ts';
import { tryCall } from '../platform.ts';

/** Starts the metrics of resources keeping the event loop of this thread alive. */
export function startActiveResources(context: GroupContext): StartedGroup {
  const byType = context.threadGauge({
    name: 'nodejs_active_resources',
    help: 'Resources that keep the event loop alive, by type.',
    labelNames: ['type'],
  });
  const all = context.threadGauge({
    name: 'nodejs_active_resources_total',
    help: 'Number of resources that keep the event loop alive.',
  });
  const count = countByType();
  const measured = new MeasuredFamilies([byType, all], {
    measure() {
      const types = tryCall(() => process.getActiveResourcesInfo());
      if (types === undefined) return;
      count(types, byType);
      all.add(types.length);
    },
  });
  return { collectors: [measured] };
}
