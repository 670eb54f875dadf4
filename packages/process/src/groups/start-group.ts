import type { GroupContext, StartedGroup } from '../group-context.ts';
import type { MetricGroup } from '../metric-group.ts';
import { currentRuntime, type Runtime } from '../platform.ts';
import { startActiveHandles } from './active-handles.ts';
import { startActiveResources } from './active-resources.ts';
import { startCgroup } from './cgroup.ts';
import { startDns } from './dns.ts';
import { startEventLoop } from './event-loop.ts';
import { startEventLoopUtilization } from './event-loop-utilization.ts';
import { startGarbageCollection } from './garbage-collection.ts';
import { startHeap } from './heap.ts';
import { startHeapSpaces } from './heap-spaces.ts';
import { startHttpClient } from './http-client.ts';
import { startHttpPools } from './http-pools.ts';
import { startNetwork } from './network.ts';
import { startProcess } from './process.ts';
import { startVersion } from './version.ts';
import { startWorkerThreads } from './worker-threads.ts';

const STARTERS: { readonly [G in MetricGroup]: (context: GroupContext) => StartedGroup } = {
  process: startProcess,
  network: startNetwork,
  cgroup: startCgroup,
  version: startVersion,
  heap: startHeap,
  'heap-spaces': startHeapSpaces,
  'event-loop': startEventLoop,
  'event-loop-utilization': startEventLoopUtilization,
  gc: startGarbageCollection,
  'active-resources': startActiveResources,
  'active-handles': startActiveHandles,
  'worker-threads': startWorkerThreads,
  'http-pools': startHttpPools,
  'http-client': startHttpClient,
  dns: startDns,
};

/** Runtimes with real values for a group. Other runtimes return an empty list or zero. */
const ONLY_ON: { readonly [G in MetricGroup]?: readonly Runtime[] } = {
  'heap-spaces': ['node', 'deno'],
  'event-loop-utilization': ['node'],
  gc: ['node'],
  'active-resources': ['node'],
  'active-handles': ['node'],
  'worker-threads': ['node'],
  'http-pools': ['node'],
};

/**
 * Starts the collection of a group. Without support by the platform, the group has no collectors and nothing to stop.
 */
export function startGroup(group: MetricGroup, context: GroupContext): StartedGroup {
  if (ONLY_ON[group]?.includes(currentRuntime()) === false) return { collectors: [] };
  return STARTERS[group](context);
}
