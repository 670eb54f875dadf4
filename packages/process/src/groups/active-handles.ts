import { MeasuredFamilies, type Measurement } from '../collectors.ts';
import { countByType } from '../count-by-type.ts';
import type { FamilyDefinition, GroupContext, StartedGroup } from '../group-context.ts';
import { tryCall } from '../platform.ts';
import type { ScalarFamily } from '../scalar-family.ts';

/** Undocumented methods, for dashboards made before Node 17. Metrics of a missing method are omitted. */
interface UndocumentedProcess {
  readonly _getActiveHandles?: () => readonly object[];
  readonly _getActiveRequests?: () => readonly object[];
}

/** Starts the metrics of active libuv handles and requests of this thread. */
export function startActiveHandles(context: GroupContext): StartedGroup {
  const undocumented = process as unknown as UndocumentedProcess;
  const family = (definition: FamilyDefinition) => context.threadGauge(definition);
  const handles = family({
    name: 'nodejs_active_handles',
    help: 'Active handles, such as sockets and servers, by class name.',
    labelNames: ['type'],
  });
  const allHandles = family({ name: 'nodejs_active_handles_total', help: 'Number of active handles.' });
  const requests = family({
    name: 'nodejs_active_requests',
    help: 'Active requests to the operating system, by class name.',
    labelNames: ['type'],
  });
  const allRequests = family({
    name: 'nodejs_active_requests_total',
    help: 'Number of active requests to the operating system.',
  });
  const measureHandles = measurementOf(() => undocumented._getActiveHandles?.(), handles, allHandles);
  const measureRequests = measurementOf(() => undocumented._getActiveRequests?.(), requests, allRequests);
  const measurement: Measurement = {
    measure() {
      measureHandles();
      measureRequests();
    },
  };
  return { collectors: [new MeasuredFamilies([handles, allHandles, requests, allRequests], measurement)] };
}

function measurementOf(list: () => readonly object[] | undefined, byType: ScalarFamily, all: ScalarFamily): () => void {
  const count = countByType();
  return () => {
    const objects = tryCall(list);
    if (objects === undefined) return;
    count(objects.map(classOf), byType);
    all.add(objects.length);
  };
}

function classOf(object: object): string {
  const name: unknown = object?.constructor?.name;
  return typeof name === 'string' && name !== '' ? name : 'Object';
}
